import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import * as deepfm from './deepfm';
import * as deepglmm from './deepglmm';
import * as embeddings from './embeddings';
import * as embeddingsDropout from './embeddings-dropout';
import * as embeddingsL2 from './embeddings-l2';
import * as featureHashing from './feature-hashing';
import * as fm from './fm';
import * as growthEmbeddings from './growth-embeddings';
import * as growthMmbeddings from './growth-mmbeddings';
import * as growthRegbeddings from './growth-regbeddings';
import * as hashEmbeddings from './hash-embeddings';
import * as ignore from './ignore';
import * as interactions from './interactions';
import * as lastValue from './last-value';
import * as lindstromBates from './lindstrom-bates';
import * as linearAutoregression from './linear-autoregression';
import * as linearMixedModel from './linear-mixed-model';
import * as lmmnn from './lmmnn';
import * as lmmnnEmbedded from './lmmnn-embedded';
import * as lmmnnLongitudinal from './lmmnn-longitudinal';
import * as lmmnnPoisson from './lmmnn-poisson';
import * as lmmnnSpatial from './lmmnn-spatial';
import * as lmmnnSurvival from './lmmnn-survival';
import * as mean from './mean';
import * as meanEncoding from './mean-encoding';
import * as menets from './menets';
import type { Method, MethodAbout, Model, Problem } from './method';
import * as mmbeddings from './mmbeddings';
import * as mmbeddingsCorrelated from './mmbeddings-correlated';
import * as mmbeddingsGraph from './mmbeddings-graph';
import * as mmbeddingsV2 from './mmbeddings-v2';
import * as ncfEmbeddings from './ncf-embeddings';
import * as ncfMmbeddings from './ncf-mmbeddings';
import * as ncfUembeddings from './ncf-uembeddings';
import * as oneHot from './one-hot';
import * as pcaEncoding from './pca-encoding';
import * as quotientRemainder from './quotient-remainder';
import * as regbeddings from './regbeddings';
import * as sequenceTransformer from './sequence-transformer';
import * as sequenceTransformerPublished from './sequence-transformer-published';
import * as sequenceTransformerUntagged from './sequence-transformer-untagged';
import { ofCommonWidth, withCommonWidth } from './shared/common-width';
import { seeing, seenBy, withAverages } from './shared/tag-features';
import * as sharedEmbeddings from './shared-embeddings';
import * as tabnet from './tabnet';
import * as tabTransformer from './tabtransformer';
import * as tabTransformerMmbeddings from './tabtransformer-mmbeddings';
import * as tabTransformerUembeddings from './tabtransformer-uembeddings';
import * as tabularEmbeddings from './tabular-embeddings';
import * as tagAttention from './tag-attention';
import * as tagBilinear from './tag-bilinear';
import * as tagHierarchical from './tag-hierarchical';
import * as tagHybrid from './tag-hybrid';
import * as tagInteraction from './tag-interaction';
import * as tagLinear from './tag-linear';
import * as tagMlp from './tag-mlp';
import * as tagMmbeddings from './tag-mmbeddings';
import * as tagMultiHead from './tag-multi-head';
import * as tagPretrained from './tag-pretrained';
import * as tagRegbeddings from './tag-regbeddings';
import * as tagSum from './tag-sum';
import * as targetEncoding from './target-encoding';
import * as timexer from './timexer';
import * as timexerUntagged from './timexer-untagged';
import * as uembeddings from './uembeddings';
import * as unifiedEmbeddings from './unified-embeddings';

/**
 * The registry: a new method is one file and its place in these two lists. They are apart so that the page,
 * which reads only `ABOUTS`, keeps only that half of each file in its bundle and no tfjs.
 */
export const ABOUTS: readonly MethodAbout[] = (
  [
    mean.about,
    ignore.about,
    oneHot.about,
    meanEncoding.about,
    targetEncoding.about,
    pcaEncoding.about,
    featureHashing.about,
    embeddings.about,
    embeddingsL2.about,
    embeddingsDropout.about,
    tabularEmbeddings.about,
    sharedEmbeddings.about,
    uembeddings.about,
    unifiedEmbeddings.about,
    hashEmbeddings.about,
    quotientRemainder.about,
    regbeddings.about,
    mmbeddings.about,
    mmbeddingsV2.about,
    mmbeddingsCorrelated.about,
    mmbeddingsGraph.about,
    ncfEmbeddings.about,
    ncfUembeddings.about,
    ncfMmbeddings.about,
    tabTransformer.about,
    tabTransformerUembeddings.about,
    tabTransformerMmbeddings.about,
    linearMixedModel.about,
    lmmnn.about,
    lmmnnLongitudinal.about,
    lmmnnSpatial.about,
    lmmnnEmbedded.about,
    lmmnnPoisson.about,
    lmmnnSurvival.about,
    tabnet.about,
    fm.about,
    deepfm.about,
    interactions.about,
    menets.about,
    deepglmm.about,
    tagSum.about,
    tagLinear.about,
    tagMultiHead.about,
    tagInteraction.about,
    tagMlp.about,
    tagBilinear.about,
    tagAttention.about,
    tagHierarchical.about,
    tagPretrained.about,
    tagHybrid.about,
    tagRegbeddings.about,
    tagMmbeddings.about,
    growthEmbeddings.about,
    growthRegbeddings.about,
    growthMmbeddings.about,
    lindstromBates.about,
    lastValue.about,
    linearAutoregression.about,
    sequenceTransformer.about,
    sequenceTransformerUntagged.about,
    sequenceTransformerPublished.about,
    timexer.about,
    timexerUntagged.about,
  ] as MethodAbout[]
)
  .map(ofCommonWidth)
  .map(seeing);

// A plain list: computed keys would count as a side effect and keep every builder in the page's bundle.
const METHODS = [
  mean,
  ignore,
  oneHot,
  meanEncoding,
  targetEncoding,
  pcaEncoding,
  featureHashing,
  embeddings,
  embeddingsL2,
  embeddingsDropout,
  tabularEmbeddings,
  sharedEmbeddings,
  uembeddings,
  unifiedEmbeddings,
  hashEmbeddings,
  quotientRemainder,
  regbeddings,
  mmbeddings,
  mmbeddingsV2,
  mmbeddingsCorrelated,
  mmbeddingsGraph,
  ncfEmbeddings,
  ncfUembeddings,
  ncfMmbeddings,
  tabTransformer,
  tabTransformerUembeddings,
  tabTransformerMmbeddings,
  linearMixedModel,
  lmmnn,
  lmmnnLongitudinal,
  lmmnnSpatial,
  lmmnnEmbedded,
  lmmnnPoisson,
  lmmnnSurvival,
  tabnet,
  fm,
  deepfm,
  interactions,
  menets,
  deepglmm,
  tagSum,
  tagLinear,
  tagMultiHead,
  tagInteraction,
  tagMlp,
  tagBilinear,
  tagAttention,
  tagHierarchical,
  tagPretrained,
  tagHybrid,
  tagRegbeddings,
  tagMmbeddings,
  growthEmbeddings,
  growthRegbeddings,
  growthMmbeddings,
  lindstromBates,
  lastValue,
  linearAutoregression,
  sequenceTransformer,
  sequenceTransformerUntagged,
  sequenceTransformerPublished,
  timexer,
  timexerUntagged,
] as readonly unknown[] as readonly Method[];

/** What the method says of itself. Throws for an unknown id. */
export function aboutMethod(id: string): MethodAbout {
  const about = ABOUTS.find((candidate) => candidate.id === id);
  if (!about) throw new Error(`no method has the id "${id}"`);
  return about;
}

/**
 * Builds the model of a method; `settings` must have passed the method's schema. `dataset`: see `BuildModel`.
 * It is built for the data as the method sees them.
 */
export function buildModel(id: string, problem: Problem, settings: Record<string, unknown>, random: RandomStream, dataset?: Dataset): Model {
  const method = METHODS.find(({ about }) => about.id === id);
  if (!method) throw new Error(`no method has the id "${id}"`);
  const { tags } = method.about;
  const model = method.build(seenBy(tags, problem), withCommonWidth(method.about, settings, problem), random, dataset);
  const built = tags === 'average' ? withAverages(model, problem) : model;
  // Fused plans know one output a row.
  return problem.classes === undefined ? built : { ...built, fused: undefined };
}
