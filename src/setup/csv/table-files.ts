/** What a file chooser offers first; any file may be tried. */
export const TABLE_FILES =
  '.mmlab,.onnx,.csv,.tsv,.tab,.txt,.json,.jsonl,.ndjson,.parquet,.xlsx,.gz,.zip,.tar,text/csv,text/tab-separated-values,application/json,application/gzip,application/zip';
