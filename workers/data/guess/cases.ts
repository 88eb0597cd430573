import type { ColumnRole } from '../schema';

/** Cells of one column, by row; `random` gives 0 … 1. */
export type Cells = (row: number, random: () => number) => string | number | null;

/**
 * Name, cells, and the right role; several where more than one is right ("numeric|categorical" for months of
 * the year).
 */
export type CaseColumn = [name: string, cells: Cells, right: string];

/**
 * A table as somebody would bring it. Made up for this test; the names and shapes follow what public data
 * sets of each field look like.
 */
export interface GuessCase {
  about: string;
  rows: number;
  columns: CaseColumn[];
}

export const isRight = (right: string, role: ColumnRole): boolean => right.split('|').includes(role);

/* Shapes */

/** Each of from … to as often as any other, in turn. */
export const even =
  (from: number, to: number): Cells =>
  (row) =>
    from + ((row * 7919) % (to - from + 1));
/** Runs of rows: participant 1 first, then participant 2. */
export const runs =
  (from: number, to: number, rows: number): Cells =>
  (row) =>
    from + Math.floor((row * (to - from + 1)) / rows);
/** A few often, many seldom. */
export const uneven =
  (from: number, to: number): Cells =>
  (_, random) =>
    from + Math.floor((to - from + 1) * random() ** 2.2);
export const whole =
  (from: number, to: number): Cells =>
  (_, random) =>
    from + Math.floor((to - from + 1) * random());
/** Whole numbers with a middle: ages, answers on a scale. */
export const bell =
  (from: number, to: number): Cells =>
  (_, random) =>
    Math.round(from + ((to - from) * (random() + random() + random())) / 3);
/** Counts that begin at 0 and thin out. */
export const counts =
  (mean: number): Cells =>
  (_, random) =>
    Math.floor(-mean * Math.log(1 - random()));
export const decimals =
  (mean: number, sd: number, places = 2): Cells =>
  (_, random) =>
    (mean + sd * (random() + random() + random() - 1.5) * 2).toFixed(places);
export const oneOf =
  (...values: (string | number)[]): Cells =>
  (_, random) =>
    values[Math.floor(random() * values.length)];
export const label =
  (prefix: string, levels: number): Cells =>
  (_, random) =>
    `${prefix}${1 + Math.floor(levels * random())}`;
export const running =
  (from = 1): Cells =>
  (row) =>
    row + from;
export const unique =
  (prefix: string): Cells =>
  (row) =>
    `${prefix}${(row * 7919) % 1_000_003}`;
/** Identifiers of 18 digits, of so many things. */
export const long =
  (levels: number): Cells =>
  (_, random) =>
    `11${String(1_000_000_000_000_000 + Math.floor(levels * random()) * 7_919_353)}`;
export const day =
  (form: 'iso' | 'german' | 'stamp', days = 700): Cells =>
  (_, random) => {
    const iso = new Date(Date.UTC(2022, 0, 1) + Math.floor(days * random()) * 86_400_000).toISOString();
    if (form === 'german') return `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)}`;
    return form === 'iso' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${String(Math.floor(24 * random())).padStart(2, '0')}:15:00`;
  };
export const sentence: Cells = (row, random) =>
  `Arrived late but all of it in good order, number ${row}, would ${random() < 0.5 ? 'buy' : 'not buy'} again`;
export const same =
  (value: string | number): Cells =>
  () =>
    value;
/** The column with this share of its cells empty. */
export const gaps =
  (cells: Cells, share = 0.1): Cells =>
  (row, random) =>
    random() < share ? null : cells(row, random);

const T = 'target';
const C = 'categorical';
const N = 'numeric';
const I = 'ignore';

/** Those that the rules were made with. */
export const CASES: GuessCase[] = [
  {
    about: 'ratings of films',
    rows: 900,
    columns: [
      ['userId', uneven(1, 120), C],
      ['movieId', uneven(1, 200), C],
      ['rating', oneOf(0.5, 1, 2, 3, 3.5, 4, 5), T],
      ['timestamp', whole(964_982_703, 1_537_799_250), `${N}|time`],
    ],
  },
  {
    about: 'a shop with stars',
    rows: 600,
    columns: [
      ['user_id', even(1, 40), C],
      ['item_id', even(1, 40), C],
      ['price', decimals(50, 20), N],
      ['stars', bell(1, 5), T],
    ],
  },
  {
    about: 'sleep study, as in lme4',
    rows: 180,
    columns: [
      ['Reaction', decimals(300, 50, 4), T],
      ['Days', even(0, 9), N],
      ['Subject', oneOf(308, 309, 310, 330, 331, 332, 333, 334, 335, 337, 349, 350, 351, 352, 369, 370, 371, 372), C],
    ],
  },
  {
    about: 'reaction times',
    rows: 720,
    columns: [
      ['participant', runs(1, 24, 720), C],
      ['condition', oneOf(0, 1), `${N}|${C}`],
      ['rt', decimals(500, 80, 1), T],
    ],
  },
  {
    about: 'psycholinguistics',
    rows: 1200,
    columns: [
      ['subj', runs(1, 40, 1200), C],
      ['item', even(1, 30), C],
      ['cond', oneOf('a', 'b'), C],
      ['trial', even(1, 30), N],
      ['wordfreq', decimals(3, 1), N],
      ['RT', whole(200, 1500), T],
    ],
  },
  {
    about: 'lexical decision, German',
    rows: 1000,
    columns: [
      ['vp', runs(1, 25, 1000), C],
      ['wort', label('wort', 40), C],
      ['laenge', bell(3, 11), N],
      ['frequenz', decimals(2, 1), N],
      ['reaktionszeit', whole(350, 1200), `${T}`],
      ['korrekt', oneOf(0, 1), N],
    ],
  },
  {
    about: 'eye tracking',
    rows: 1500,
    columns: [
      ['ParticipantID', runs(1, 50, 1500), C],
      ['SentenceNr', even(1, 30), C],
      ['word_length', bell(2, 12), N],
      ['log_freq', decimals(5, 2), N],
      ['dwell_time', whole(100, 900), T],
    ],
  },
  {
    about: 'speech',
    rows: 800,
    columns: [
      ['speaker', runs(1, 16, 800), C],
      ['vowel', oneOf('a', 'e', 'i', 'o', 'u'), C],
      ['gender', oneOf('f', 'm'), C],
      ['F1', decimals(500, 80, 1), N],
      ['duration_ms', whole(60, 250), N],
      ['rating', bell(1, 7), T],
    ],
  },
  {
    about: 'pupils in schools',
    rows: 1500,
    columns: [
      ['school', runs(1, 30, 1500), C],
      ['class', even(1, 4), C],
      ['pupil', running(), I],
      ['sex', oneOf(0, 1), `${N}|${C}`],
      ['ses', decimals(0, 1), N],
      ['mathscore', decimals(50, 10, 0), T],
    ],
  },
  {
    about: 'PISA-like',
    rows: 1000,
    columns: [
      ['CNTSCHID', uneven(100, 160), C],
      ['STUDENT_ID', running(10_000), I],
      ['ESCS', decimals(0, 1, 3), N],
      ['grade', bell(7, 11), N],
      ['read_score', decimals(490, 95, 1), T],
    ],
  },
  {
    about: 'lectures',
    rows: 1000,
    columns: [
      ['s', whole(1, 300), C],
      ['d', whole(1, 110), C],
      ['studage', oneOf(2, 4, 6, 8), N],
      ['lectage', bell(1, 6), N],
      ['service', oneOf(0, 1), N],
      ['dept', whole(1, 15), C],
      ['y', bell(1, 5), T],
    ],
  },
  {
    about: 'exam marks, German',
    rows: 900,
    columns: [
      ['Schule', runs(1, 18, 900), C],
      ['Klasse', oneOf('5a', '5b', '6a', '6b'), C],
      ['Schuelernummer', running(), I],
      ['Geschlecht', oneOf('m', 'w'), C],
      ['Alter', bell(10, 14), N],
      ['Punktzahl', whole(0, 60), N],
      ['Note', bell(1, 6), T],
    ],
  },
  {
    about: 'hospital stays',
    rows: 1000,
    columns: [
      ['patient_id', unique('P'), I],
      ['hospital', even(1, 12), C],
      ['ward', even(1, 8), C],
      ['age', bell(18, 95), N],
      ['bmi', decimals(27, 4, 1), N],
      ['smoker', oneOf('yes', 'no'), N],
      ['los_days', counts(6), N],
      ['readmitted', oneOf(0, 1), T],
    ],
  },
  {
    about: 'trial with visits',
    rows: 800,
    columns: [
      ['site', even(1, 8), C],
      ['subject_id', runs(1, 160, 800), C],
      ['visit', even(1, 5), N],
      ['arm', oneOf('placebo', 'drug'), C],
      ['sbp_baseline', bell(100, 180), N],
      ['sbp', bell(95, 180), `${T}`],
    ],
  },
  {
    about: 'trial, German',
    rows: 600,
    columns: [
      ['Zentrum', even(1, 6), C],
      ['Patientennr', runs(1, 120, 600), C],
      ['Visite', even(1, 5), N],
      ['Dosis', oneOf(0, 10, 20, 40), N],
      ['Blutdruck', bell(90, 180), T],
    ],
  },
  {
    about: 'health insurance',
    rows: 1000,
    columns: [
      ['age', bell(18, 64), N],
      ['sex', oneOf('male', 'female'), C],
      ['bmi', decimals(30, 5), N],
      ['children', counts(1), N],
      ['smoker', oneOf('yes', 'no'), N],
      ['region', oneOf('nw', 'ne', 'sw', 'se'), C],
      ['charges', decimals(13_000, 6000), T],
    ],
  },
  {
    about: 'shop sales',
    rows: 1200,
    columns: [
      ['Store', even(1, 45), C],
      ['Dept', uneven(1, 99), C],
      ['Date', day('iso'), `time|${N}`],
      ['IsHoliday', oneOf('TRUE', 'FALSE'), N],
      ['Weekly_Sales', decimals(16_000, 9000), T],
    ],
  },
  {
    about: 'shop sales, German',
    rows: 900,
    columns: [
      ['Filiale', even(1, 30), C],
      ['Datum', day('german'), `time|${N}`],
      ['Artikelnr', uneven(1000, 1120), C],
      ['Warengruppe', oneOf(10, 20, 30, 40), C],
      ['Preis', decimals(12, 4), N],
      ['Aktion', oneOf(0, 1), N],
      ['Absatz', counts(20), T],
    ],
  },
  {
    about: 'sales, French',
    rows: 900,
    columns: [
      ['magasin', even(1, 25), C],
      ['produit', label('ref-', 60), C],
      ['prix', decimals(20, 6), N],
      ['promo', oneOf('oui', 'non'), N],
      ['jour', even(1, 7), `${N}|${C}`],
      ['ventes', counts(15), T],
    ],
  },
  {
    about: 'clicks on ads',
    rows: 1200,
    columns: [
      ['campaign_id', uneven(1, 40), C],
      ['adgroup', uneven(1, 80), C],
      ['device', oneOf('mobile', 'desktop', 'tablet'), C],
      ['hour', whole(0, 23), `${N}|${C}`],
      ['site_category', label('c', 20), C],
      ['bid', decimals(1.2, 0.4), N],
      ['clicked', oneOf(0, 1), T],
    ],
  },
  {
    about: 'clicks, long identifiers',
    rows: 1200,
    columns: [
      ['advertiser_id', long(30), C],
      ['creative_id', long(90), C],
      ['impressions', counts(400), N],
      ['click', oneOf(0, 1), T],
    ],
  },
  {
    about: 'attrition',
    rows: 1000,
    columns: [
      ['EmployeeNumber', running(), I],
      ['Age', bell(18, 60), N],
      ['Department', oneOf('Sales', 'R&D', 'HR'), C],
      ['JobRole', label('role ', 9), C],
      ['DistanceFromHome', whole(1, 29), N],
      ['JobSatisfaction', bell(1, 4), N],
      ['MonthlyIncome', whole(1000, 20_000), N],
      ['Over18', same('Y'), I],
      ['OverTime', oneOf('Yes', 'No'), N],
      ['Attrition', oneOf('Yes', 'No'), T],
    ],
  },
  {
    about: 'salaries',
    rows: 600,
    columns: [
      ['emp_id', running(5000), I],
      ['team', even(1, 14), C],
      ['tenure', counts(5), N],
      ['education_level', bell(1, 5), N],
      ['remote', oneOf('true', 'false'), N],
      ['salary', whole(30_000, 120_000), T],
    ],
  },
  {
    about: 'bank customers',
    rows: 1000,
    columns: [
      ['CustomerId', unique('15'), I],
      ['Surname', label('name', 300), C],
      ['CreditScore', bell(350, 850), N],
      ['Geography', oneOf('France', 'Spain', 'Germany'), C],
      ['Tenure', whole(0, 10), N],
      ['NumOfProducts', bell(1, 4), N],
      ['HasCrCard', oneOf(0, 1), N],
      ['Exited', oneOf(0, 1), T],
    ],
  },
  {
    about: 'Titanic',
    rows: 891,
    columns: [
      ['PassengerId', running(), I],
      ['Survived', oneOf(0, 1), T],
      ['Pclass', oneOf(1, 2, 3), C],
      ['Name', unique('Mr. '), I],
      ['Sex', oneOf('male', 'female'), C],
      ['Age', gaps(bell(1, 80), 0.2), N],
      ['SibSp', counts(0.7), N],
      ['Fare', decimals(32, 12), N],
      ['Cabin', gaps(label('C', 140), 0.7), C],
      ['Embarked', oneOf('S', 'C', 'Q'), C],
    ],
  },
  {
    about: 'houses',
    rows: 1000,
    columns: [
      ['id', unique('7129300'), I],
      ['price', whole(75_000, 900_000), T],
      ['bedrooms', bell(1, 6), N],
      ['sqft_living', whole(400, 5000), N],
      ['floors', oneOf(1, 1.5, 2, 3), N],
      ['waterfront', oneOf(0, 1), N],
      ['grade', bell(4, 12), N],
      ['yr_built', whole(1900, 2015), N],
      ['zipcode', oneOf(98_001, 98_002, 98_003, 98_004, 98_005, 98_006, 98_103, 98_115), C],
    ],
  },
  {
    about: 'rents, German',
    rows: 800,
    columns: [
      ['bezirk', label('Bezirk ', 12), C],
      ['plz', oneOf('01067', '01069', '01097', '10115'), C],
      ['flaeche', decimals(70, 20, 1), N],
      ['zimmer', bell(1, 6), N],
      ['baujahr', whole(1890, 2020), N],
      ['balkon', oneOf('ja', 'nein'), N],
      ['miete', whole(300, 2000), T],
    ],
  },
  {
    about: 'field trial',
    rows: 400,
    columns: [
      ['block', even(1, 5), C],
      ['variety', label('V', 16), C],
      ['plot', even(1, 20), C],
      ['nitrogen', oneOf(0, 60, 120), N],
      ['yield', decimals(5, 1), T],
    ],
  },
  {
    about: 'trees',
    rows: 35,
    columns: [
      ['Tree', runs(1, 5, 35), C],
      ['age', oneOf(118, 484, 664, 1004, 1231, 1372, 1582), N],
      ['circumference', whole(30, 214), T],
    ],
  },
  {
    about: 'forest, French',
    rows: 700,
    columns: [
      ['parcelle', even(1, 28), C],
      ['arbre', running(), I],
      ['espece', oneOf('chêne', 'hêtre', 'pin'), C],
      ['hauteur', decimals(18, 4, 1), N],
      ['surface_terriere', decimals(0.2, 0.1, 4), T],
    ],
  },
  {
    about: 'dairy herds',
    rows: 800,
    columns: [
      ['herd', even(1, 32), C],
      ['cow', uneven(1, 250), C],
      ['parity', bell(1, 6), N],
      ['dim', whole(5, 305), N],
      ['scc', counts(200), T],
    ],
  },
  {
    about: 'casks',
    rows: 480,
    columns: [
      ['batch', label('B', 20), C],
      ['cask', oneOf('cask1', 'cask2', 'cask3', 'cask4'), C],
      ['x', decimals(0, 1, 4), N],
      ['y', decimals(50, 3, 4), T],
    ],
  },
  {
    about: 'sensors',
    rows: 1200,
    columns: [
      ['sensor_id', even(1, 16), C],
      ['ts', day('stamp'), `time|${N}`],
      ['temperature', decimals(20, 4), N],
      ['humidity', decimals(50, 10), N],
      ['status', oneOf('ok', 'warn', 'fail'), C],
      ['pm25', decimals(12, 5), T],
    ],
  },
  {
    about: 'machines, German',
    rows: 900,
    columns: [
      ['Maschine', even(1, 10), C],
      ['Charge', even(1, 60), C],
      ['Schicht', oneOf(1, 2, 3), `${N}|${C}`],
      ['Druck', decimals(5, 1), N],
      ['Temperatur', decimals(180, 10, 1), N],
      ['Ausschuss', oneOf(0, 1), T],
    ],
  },
  {
    about: 'turbofan engines',
    rows: 1500,
    columns: [
      ['unit', even(1, 100), C],
      ['cycle', counts(90), N],
      ['setting_1', decimals(0, 0.002, 4), N],
      ['sensor_1', decimals(518, 1), N],
      ['sensor_2', decimals(642, 1), N],
      ['sensor_3', decimals(1590, 6), N],
      ['rul', counts(100), T],
    ],
  },
  {
    about: 'questionnaire',
    rows: 500,
    columns: [
      ['ResponseId', unique('R_'), I],
      ['Q1', bell(1, 5), N],
      ['Q2', bell(1, 5), N],
      ['Q3', bell(1, 5), N],
      ['Q4', bell(1, 7), N],
      ['age_group', oneOf('18-24', '25-34', '35+'), C],
      ['interviewer', even(1, 12), C],
      ['satisfaction', bell(1, 10), T],
    ],
  },
  {
    about: 'survey, coded',
    rows: 900,
    columns: [
      ['idno', running(), I],
      ['cntry', oneOf('DE', 'FR', 'ES', 'IT', 'NO'), C],
      ['region', oneOf(11, 12, 13, 21, 22, 31), C],
      ['gndr', oneOf(1, 2), `${N}|${C}`],
      ['agea', bell(15, 90), N],
      ['eduyrs', bell(0, 25), N],
      ['happy', bell(0, 10), T],
    ],
  },
  {
    about: 'with a fold',
    rows: 500,
    columns: [
      ['text_len', whole(10, 500), N],
      ['author', label('a', 30), C],
      ['fold', even(1, 5), 'fold'],
      ['label', oneOf(0, 1), T],
    ],
  },
  {
    about: 'with train and test',
    rows: 500,
    columns: [
      ['store', label('s', 12), C],
      ['demand', counts(40), T],
      ['set', oneOf('train', 'test'), 'fold'],
      ['temp', decimals(20, 5, 1), N],
    ],
  },
  {
    about: 'exported index',
    rows: 400,
    columns: [
      ['Unnamed: 0', running(0), I],
      ['group', label('g', 20), C],
      ['x1', decimals(0, 1), N],
      ['x2', decimals(0, 1), N],
      ['x3', decimals(0, 1), N],
      ['y', decimals(0, 2), T],
    ],
  },
  {
    about: 'swapped names',
    rows: 400,
    columns: [
      ['group', label('g', 20), C],
      ['x2', decimals(0, 1), N],
      ['x1', decimals(0, 1), N],
      ['y', decimals(0, 2), T],
    ],
  },
];

/** Made before the rules were tried, and not looked at while they were. */
export const HELD_OUT: GuessCase[] = [
  {
    about: 'recipes',
    rows: 800,
    columns: [
      ['recipe_id', uneven(1, 150), C],
      ['reviewer', uneven(1, 200), C],
      ['minutes', counts(40), N],
      ['n_ingredients', bell(3, 18), N],
      ['submitted', day('iso'), `time|${N}`],
      ['review', sentence, I],
      ['rating', bell(1, 5), T],
    ],
  },
  {
    about: 'beer',
    rows: 900,
    columns: [
      ['brewer', uneven(1, 90), C],
      ['beer_id', uneven(1, 220), C],
      ['abv', decimals(6, 1, 1), N],
      ['look', oneOf(1, 2, 3, 4, 5), N],
      ['overall', oneOf(1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5), T],
    ],
  },
  {
    about: 'hotel bookings',
    rows: 1000,
    columns: [
      ['hotel', oneOf('City', 'Resort'), C],
      ['lead_time', counts(90), N],
      ['agent', uneven(1, 120), C],
      ['adults', bell(1, 3), N],
      ['adr', decimals(100, 30), N],
      ['country', label('C', 50), C],
      ['is_canceled', oneOf(0, 1), T],
    ],
  },
  {
    about: 'taxi rides',
    rows: 1000,
    columns: [
      ['VendorID', oneOf(1, 2), C],
      ['pickup_datetime', day('stamp'), `time|${N}`],
      ['passenger_count', bell(1, 5), N],
      ['PULocationID', uneven(1, 180), C],
      ['DOLocationID', uneven(1, 180), C],
      ['trip_distance', decimals(3, 1), N],
      ['tip_amount', decimals(2, 1), T],
    ],
  },
  {
    about: 'football',
    rows: 760,
    columns: [
      ['season', oneOf(2019, 2020, 2021, 2022), `${N}|${C}`],
      ['home_team', label('t', 20), C],
      ['away_team', label('t', 20), C],
      ['referee', uneven(1, 25), C],
      ['attendance', whole(10_000, 75_000), N],
      ['goals', counts(1.4), T],
    ],
  },
  {
    about: 'radon',
    rows: 900,
    columns: [
      ['county', uneven(1, 85), C],
      ['floor', oneOf(0, 1), N],
      ['uranium', decimals(0, 0.4, 3), N],
      ['log_radon', decimals(1.2, 0.8, 3), T],
    ],
  },
  {
    about: 'rats',
    rows: 150,
    columns: [
      ['rat', runs(1, 30, 150), C],
      ['week', even(0, 4), N],
      ['weight', whole(120, 400), T],
    ],
  },
  {
    about: 'litters',
    rows: 320,
    columns: [
      ['litter', runs(1, 27, 320), C],
      ['dose', oneOf('Control', 'Low', 'High'), C],
      ['sex', oneOf('Male', 'Female'), C],
      ['Lsize', bell(2, 18), N],
      ['pup.weight', decimals(6, 0.8), T],
    ],
  },
  {
    about: 'priming experiment',
    rows: 960,
    columns: [
      ['ppt', runs(1, 32, 960), C],
      ['stim', even(1, 30), C],
      ['block', even(1, 2), `${N}|${C}`],
      ['prime', oneOf('related', 'unrelated'), C],
      ['accuracy', oneOf(0, 1), `${T}|${N}`],
      ['latency', whole(300, 1500), `${T}|${N}`],
    ],
  },
  {
    about: 'memory, German',
    rows: 800,
    columns: [
      ['Versuchsperson', runs(1, 20, 800), C],
      ['Durchgang', even(1, 40), N],
      ['Bedingung', oneOf(1, 2, 3), C],
      ['Alter', bell(18, 35), N],
      ['Antwort', oneOf(0, 1), T],
    ],
  },
  {
    about: 'reading, French',
    rows: 700,
    columns: [
      ['sujet', runs(1, 35, 700), C],
      ['phrase', even(1, 20), C],
      ['longueur', bell(4, 14), N],
      ['temps_lecture', whole(300, 3000), T],
    ],
  },
  {
    about: 'care homes, German',
    rows: 600,
    columns: [
      ['Einrichtung', even(1, 24), C],
      ['Bewohner_ID', running(), I],
      ['Pflegegrad', bell(1, 5), N],
      ['Geschl', oneOf('m', 'w', 'd'), C],
      ['Sturz', oneOf('ja', 'nein'), T],
    ],
  },
  {
    about: 'readmission',
    rows: 1000,
    columns: [
      ['encounter_id', unique('22'), I],
      ['patient_nbr', uneven(1, 500), C],
      ['admission_type_id', bell(1, 8), C],
      ['time_in_hospital', bell(1, 14), N],
      ['num_medications', counts(15), N],
      ['diag_1', label('D', 120), C],
      ['A1Cresult', gaps(oneOf('>7', '>8', 'Norm'), 0.8), C],
      ['readmitted', oneOf('NO', 'YES'), T],
    ],
  },
  {
    about: 'blood pressure',
    rows: 500,
    columns: [
      ['pid', runs(1, 100, 500), C],
      ['centre', even(1, 7), C],
      ['wk', oneOf(0, 4, 8, 12, 24), N],
      ['trt', oneOf(0, 1), N],
      ['dbp', bell(60, 110), T],
    ],
  },
  {
    about: 'call centre',
    rows: 900,
    columns: [
      ['AgentID', uneven(101, 145), C],
      ['queue', oneOf('billing', 'tech', 'sales'), C],
      ['wait_sec', counts(45), N],
      ['transferred', oneOf('T', 'F'), N],
      ['csat', bell(1, 5), T],
    ],
  },
  {
    about: 'HR, German',
    rows: 600,
    columns: [
      ['Personalnummer', running(1000), I],
      ['Abteilung', even(1, 12), C],
      ['Eintritt', day('german', 3000), `time|${N}`],
      ['Betriebszugehoerigkeit', counts(8), N],
      ['Krankentage', counts(9), T],
    ],
  },
  {
    about: 'e-mail marketing',
    rows: 900,
    columns: [
      ['mailing', even(1, 20), C],
      ['segment', label('seg', 8), C],
      ['hour_sent', whole(6, 20), N],
      ['subject_len', whole(20, 90), N],
      ['opened', oneOf(0, 1), N],
      ['converted', oneOf(0, 1), T],
    ],
  },
  {
    about: 'wine',
    rows: 800,
    columns: [
      ['winery', label('w', 90), C],
      ['country', label('c', 12), C],
      ['points', bell(80, 100), N],
      ['variety', label('v', 30), C],
      ['price', decimals(35, 15, 0), T],
    ],
  },
  {
    about: 'used cars',
    rows: 1000,
    columns: [
      ['brand', label('b', 20), C],
      ['model', label('m', 110), C],
      ['year', whole(2000, 2022), N],
      ['mileage', whole(0, 200_000), N],
      ['fuel', oneOf('petrol', 'diesel', 'electric'), C],
      ['doors', oneOf(2, 3, 4, 5), N],
      ['selling_price', whole(1000, 60_000), T],
    ],
  },
  {
    about: 'flats',
    rows: 700,
    columns: [
      ['arrondissement', even(1, 20), C],
      ['surface', decimals(55, 20, 1), N],
      ['pieces', bell(1, 6), N],
      ['etage', bell(0, 8), N],
      ['ascenseur', oneOf('oui', 'non'), N],
      ['loyer', whole(400, 3000), T],
    ],
  },
  {
    about: 'air quality',
    rows: 900,
    columns: [
      ['station', even(1, 14), C],
      ['month', even(1, 12), `${N}|${C}`],
      ['wind_speed', decimals(4, 1), N],
      ['O3', decimals(60, 20, 1), N],
      ['NO2', decimals(30, 10, 1), T],
    ],
  },
  {
    about: 'a plant',
    rows: 800,
    columns: [
      ['line', even(1, 5), C],
      ['lot_no', even(1, 80), C],
      ['operator', even(1, 9), C],
      ['torque', decimals(40, 6, 1), N],
      ['rpm', whole(1200, 2800), N],
      ['defect', oneOf(0, 1), T],
    ],
  },
  {
    about: 'wind farm',
    rows: 900,
    columns: [
      ['turbine', even(1, 33), C],
      ['timestamp', day('stamp'), `time|${N}`],
      ['pitch', decimals(10, 3), N],
      ['nacelle_temp', decimals(30, 5, 1), N],
      ['power_kw', whole(0, 2000), T],
    ],
  },
  {
    about: 'students at home',
    rows: 395,
    columns: [
      ['school', oneOf('GP', 'MS'), C],
      ['sex', oneOf('F', 'M'), C],
      ['age', bell(15, 22), N],
      ['Medu', bell(0, 4), N],
      ['studytime', bell(1, 4), N],
      ['failures', counts(0.4), N],
      ['internet', oneOf('yes', 'no'), N],
      ['absences', counts(6), N],
      ['G1', bell(3, 19), N],
      ['G2', bell(3, 19), N],
      ['G3', bell(0, 20), T],
    ],
  },
  {
    about: 'a repeated survey',
    rows: 600,
    columns: [
      ['household', runs(1, 150, 600), C],
      ['wave', even(1, 4), N],
      ['hhsize', bell(1, 6), N],
      ['weights', decimals(1, 0.2, 3), N],
      ['life_sat', bell(0, 10), T],
    ],
  },
  {
    about: 'with cv',
    rows: 400,
    columns: [
      ['smiles', unique('CC'), I],
      ['scaffold', label('s', 60), C],
      ['mw', decimals(350, 60, 1), N],
      ['cv_fold', even(0, 4), 'fold'],
      ['pIC50', decimals(6, 1), T],
    ],
  },
  {
    about: 'coded names',
    rows: 720,
    columns: [
      ['v1', runs(1, 24, 720), C],
      ['v2', bell(1, 7), N],
      ['v3', oneOf('a', 'b'), C],
      ['v4', decimals(3, 1), T],
    ],
  },
];
