/**
 * What names of columns say, in English, German and French: words, and beginnings of longer words. A name is
 * cut at spaces, signs, changes of case and digits, so userId, user_id and "User ID" are the same words.
 */

const list = (text: string): string[] => text.trim().split(/\s+/);

/** Names of things that are counted off or named: each value is one of them. */
const GROUPS = new Set([
  ...list(
    'id ids uid guid uuid pid sid cid key idx code codes nr nummer kennung kennzeichen sku ean isbn asin gtin zip zipcode postcode postal plz fips iso naics sic icd',
  ),
  ...list(
    'user users customer client member account household family person people individual owner buyer seller vendor supplier author artist album reviewer rater judge annotator',
  ),
  ...list('product item article movie film book song title brand category subcategory segment store shop outlet branch warehouse market'),
  ...list('student pupil teacher lecturer instructor tutor school classroom class pclass course section faculty university college dept department'),
  ...list(
    'subject subj participant participants ppt respondent patient proband vp vpn vpnr case pair dyad triad twin mother father child sibling litter animal mouse rat cow herd sire dam',
  ),
  ...list(
    'hospital clinic ward physician doctor surgeon nurse center centre practice site lab laboratory plate well batch lot run_id cask machine device sensor station operator technician',
  ),
  ...list(
    'plot block field farm plant tree stand transect quadrat pond lake river tank cage pen pot replicate rep genotype line variety cultivar species genus breed strain',
  ),
  ...list(
    'country state province county city town village district region area zone neighbourhood neighborhood suburb street building borough tract precinct cluster group cohort team club player driver referee coach',
  ),
  ...list('campaign ad adset adgroup creative advertiser publisher placement channel platform browser os keyword page cookie ip'),
  ...list(
    'word verb noun speaker listener talker sentence stimulus stim image picture face list form version interviewer employee worker manager job occupation industry sector company firm',
  ),
  ...list(
    'type kind sex gender race ethnicity religion treatment treat condition cond arm method mode color colour material shape status flight route vehicle car line_id gene chromosome probe',
  ),
  ...list(
    'klasse schule kunde filiale markt artikel produkt marke lieferant gruppe ort stadt land kreis bezirk gemeinde region klinik zentrum arzt station patient geschlecht art typ maschine charge los halle',
  ),
  ...list(
    'parzelle feld baum hof stall tier kuh wurf sorte bundesland abteilung mitarbeiter lehrer fach kurs haus haushalt anbieter verein spieler wort satz sprecher reiz raum',
  ),
  ...list(
    'sujet sujets participante eleve élève classe ecole école professeur client magasin produit article marque fournisseur groupe ville commune departement département pays quartier',
  ),
  ...list(
    'hopital hôpital medecin médecin malade parcelle bloc arbre espece espèce ferme lot equipe équipe joueur mot locuteur sexe traitement juge foyer menage ménage salarie salarié',
  ),
]);

/** Beginnings and parts of compounds: Kundennummer, Schulklasse, Warengruppe. */
const GROUP_STEMS = list(
  'kunden schul klassen filial artikel produkt waren gruppe patienten proband teilnehm versuchsperson postleit bezirk gemeinde landkreis bundesland standort maschinen lehrer schueler schüler haushalt lieferant mitarbeiter abteilung verkauf_id nummer kategorie categor fournisseur etablissement établissement',
);

/** Amounts, scores, places in an order: numbers that are more or less. */
const MEASURES = new Set([
  ...list(
    'age year years month months week weeks day days hour hours hr hrs minute minutes min mins second seconds sec secs ms duration time times date timestamp t period wave visit round session visite trial step epoch rank position pos seq sequence iteration attempt lag',
  ),
  ...list(
    'count counts number num n amount total sum mean avg average median std sd max maximum minimum size length len width height depth weight mass distance dist volume area_m2 sqft sqm surface radius diameter thickness',
  ),
  ...list(
    'price cost costs income salary wage pay earnings revenue sales spend spending budget balance debt loan tax fee discount profit margin value worth rent premium',
  ),
  ...list(
    'score rating grade mark marks points gpa iq level scale index ratio rate percent pct percentage share proportion probability prob frequency freq votes likes views clicks impressions visits rooms bedrooms bathrooms floors beds seats children kids dependents siblings members',
  ),
  ...list(
    'temp temperature pressure humidity wind speed rain rainfall precip precipitation snow cloud ph salinity conductivity voltage current power energy load torque rpm horsepower hp mpg mileage miles km kg g mg cm mm m lat latitude lon lng longitude altitude elevation',
  ),
  ...list(
    'dose dosage bp sbp dbp bpm pulse glucose cholesterol hdl ldl bmi hemoglobin albumin creatinine parity tenure experience seniority education distancefromhome quantity qty stock units orders returns inventory items pieces pages words_n syllables letters rt latency accuracy',
  ),
  ...list('satisfaction agreement importance stress anxiety depression happiness mood pain fatigue difficulty confidence likert'),
  ...list(
    'alter jahr jahre monat monate woche wochen tag tage stunde stunden dauer zeit anzahl zahl menge preis kosten einkommen gehalt lohn umsatz absatz miete flaeche fläche groesse größe laenge länge breite hoehe höhe tiefe gewicht temperatur druck feuchte niederschlag wert note noten punkte punktzahl betrag zimmer kinder geschosse baujahr dosis ertrag anteil prozent',
  ),
  ...list(
    'age âge annee année ans mois jour jours heure heures duree durée temps nombre nb prix cout coût montant revenu salaire loyer surface taille longueur largeur hauteur poids temperature température pression pluie quantite quantité rendement moyenne effectif enfants pieces pièces',
  ),
]);

const MEASURE_STEMS = list('anzahl temperatur feuchtigkeit einkommen geschwind gewicht groesse größe');

/** Ends of compounds: Blutdruck, Reaktionszeit, mathscore. */
const MEASURE_ENDS = list('druck zeit dauer preis kosten wert menge punkte score rating rate index length time');

/** Names of a target: what people call the thing to predict, the clearest first. */
const TARGETS = {
  clear: list('y target label response outcome dependent dv ytrue zielvariable zielgroesse zielgröße ziel antwort cible reponse réponse'),
  usual: list(
    'class score rating ratings stars star bewertung note reaction rt reactiontime reaktionszeit latency clicked click bought purchased purchase converted conversion survived survival churned churn exited left cancelled canceled attrition readmitted fraud default defaulted died death mortality accuracy correct yield ertrag rendement miete rent sold dwelltime',
  ),
  possible: list('price sales revenue income salary wage cost demand preis umsatz absatz prix ventes salaire loyer value amount weight grade'),
};
export type TargetName = keyof typeof TARGETS;

/** Numbers that usually explain, not what is explained. */
const COVARIATES = new Set([
  ...list(
    'age day days date time year month week hour weekday dow timestamp trial session wave visit round period order block dose temperature temp lat latitude lon lng longitude altitude elevation x feature var covariate predictor baseline pre quantity qty discount tenure experience',
  ),
  ...list(
    'alter jahr monat woche tag tage stunde dosis temperatur baujahr flaeche fläche zimmer âge annee année mois jour surface duree durée size sqft rooms bedrooms bathrooms impressions budget votes length',
  ),
]);

/** What is set or asked, and times: the same in every group, so never nested in one. */
const CONDITIONS = new Set(
  list(
    'condition cond treatment treat arm group dose item stimulus stim question trial word sentence time day week month year hour weekday session visit wave round period method type kind sex gender colour color bedingung behandlung aufgabe frage zeit tag woche monat jahr reiz wort traitement mot phrase jour mois annee question stars rating score grade age',
  ),
);

export const namesCondition = (name: string): boolean => words(name).some((word) => CONDITIONS.has(word));

/** A column that says which part of the rows a row belongs to. */
const FOLDS = new Set(list('fold folds cv cvfold kfold split splits partition subset dataset traintest set'));
const PARTS = new Set(list('train training test testing valid validation val dev holdout eval'));

/** 'userId', 'user_id' and 'User ID' all become user, id; 'x12' becomes x. */
export function words(name: string): string[] {
  return name
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
}

const startsAny = (word: string, stems: readonly string[]) => stems.some((stem) => word.includes(stem));

const HOW_MANY = new Set(list('n nb num nombre anzahl total'));
const NUMBERED = new Set(list('number no num nr nbr'));

const isGroup = (word: string): boolean =>
  GROUPS.has(word) ||
  (startsAny(word, GROUP_STEMS) && !MEASURE_STEMS.some((stem) => word.endsWith(stem))) ||
  (word.endsWith('s') && GROUPS.has(word.slice(0, -1)) && !MEASURES.has(word));

/**
 * Names whose last word is a group: the last word is what a name is about. So 'num_children' and 'class_size'
 * are amounts, 'school_code' and 'lot_no' groups.
 */
export function namesGroup(name: string): boolean {
  const parts = words(name);
  const last = parts.at(-1) ?? '';
  if (parts.length > 1 && HOW_MANY.has(parts[0])) return false;
  if (parts.length > 1 && NUMBERED.has(last)) return parts.slice(0, -1).some(isGroup);
  return isGroup(last) || (parts.some(isGroup) && !namesMeasure(last));
}

export function namesMeasure(name: string): boolean {
  return words(name).some((word) => MEASURES.has(word) || startsAny(word, MEASURE_STEMS) || MEASURE_ENDS.some((end) => word.endsWith(end)));
}

export const namesCovariate = (name: string): boolean => words(name).some((word) => COVARIATES.has(word));

/** How clearly a name is that of a target, and whether it is the whole name; null for any other name. */
export function namesTarget(name: string): { how: TargetName; whole: boolean; word: string; place: number } | null {
  const parts = words(name);
  const joined = parts.join('');
  for (const how of ['clear', 'usual', 'possible'] as const) {
    const place = TARGETS[how].indexOf(joined);
    if (place >= 0) return { how, whole: true, word: TARGETS[how][place], place };
  }
  for (const how of ['clear', 'usual', 'possible'] as const) {
    // A single letter inside a name says nothing.
    const place = TARGETS[how].findIndex(
      (word) => word.length > 1 && parts.some((part) => part === word || (word.length > 4 && part.endsWith(word))),
    );
    if (place >= 0) return { how, whole: false, word: TARGETS[how][place], place };
  }
  return null;
}

/**
 * True for fold, split, train_test and the like, where the values are few; true for any name where they are
 * train and test.
 */
export function namesFold(name: string, values: readonly string[] | null): boolean {
  if (values && values.length >= 2 && values.every((value) => PARTS.has(value.trim().toLowerCase()))) return true;
  const parts = words(name);
  return parts.some((word) => FOLDS.has(word)) || (parts.includes('train') && parts.includes('test'));
}

/**
 * 'x1' and 'x12' belong to one series, 'item_3' and 'item_7' too: the name without its number; null without
 * one.
 */
export function seriesOf(name: string): string | null {
  const found = /^(.*?)[\s_.-]*\d+$/.exec(name.trim());
  return found ? found[1].toLowerCase() : null;
}
