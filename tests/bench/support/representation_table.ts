// 86 made-up representations, shaped like those of a comparison of many networks: their families, numbers of features, sizes, training
// losses and human-aligned versions. The names say how each is made up; none is the output of a network.

export type SizeClass = "small" | "base" | "large";

export interface RepresentationPlan {
  name: string;
  family: string;
  description: string;
  columnCount: number;
  /** Share of its variance that comes from the task's own dimensions, 0 to 1. */
  taskShare: number;
  sizeClass?: SizeClass;
  loss?: string;
  parameterCount?: number;
  trainingImageCount?: number;
  baselineOf?: string;
  alignedBy?: string;
}

interface Backbone { word: string; columnCount: number; sizeClass: SizeClass; parameterMillions: number }

const BACKBONES: readonly Backbone[] = ([
  ["conv18", 512, "small", 11], ["conv34", 512, "small", 22], ["conv50", 2048, "base", 25], ["conv101", 2048, "base", 44],
  ["conv152", 2048, "large", 60], ["deep11", 4096, "large", 133], ["deep16", 4096, "large", 138], ["deep19", 4096, "large", 144],
  ["dense121", 1024, "small", 8], ["dense161", 2208, "base", 29], ["dense169", 1664, "small", 14], ["dense201", 1920, "base", 20],
  ["wide50", 2048, "base", 69], ["wide101", 2048, "large", 127], ["patch_s16", 512, "small", 22], ["patch_b32", 768, "base", 88],
  ["patch_b16", 768, "base", 86], ["patch_l16", 1024, "large", 304], ["patch_h14", 1280, "large", 632], ["window_t", 768, "small", 28],
  ["window_s", 768, "base", 50], ["window_b", 1024, "base", 88], ["window_l", 1536, "large", 197], ["scaled_b0", 1280, "small", 5],
  ["scaled_b3", 1536, "small", 12], ["scaled_b5", 2048, "base", 30], ["scaled_b7", 2560, "large", 66], ["modern_t", 768, "small", 29],
  ["modern_b", 1024, "base", 89], ["modern_l", 1536, "large", 198],
] as const).map(([word, columnCount, sizeClass, parameterMillions]) => ({ word, columnCount, sizeClass, parameterMillions }));

const SIZE_GAIN: Record<SizeClass, number> = { small: 0, base: 0.04, large: 0.08 };

interface Training { prefix: string; family: string; loss: string; taskShare: number; trainingImageCount: number; words: readonly string[] }

const ALL = BACKBONES.map((backbone) => backbone.word);
const SELF_SUPERVISED = ["conv18", "conv50", "wide101", "patch_s16", "patch_b16", "patch_l16", "window_t", "modern_b"];
const MULTIMODAL = ["conv34", "conv50", "conv101", "wide101", "patch_s16", "patch_b32", "patch_b16", "patch_l16", "patch_h14", "modern_t", "modern_b", "modern_l"];
const ALIGNED = ["patch_b16", "patch_l16", "conv50"];

const TRAININGS: readonly Training[] = [
  { prefix: "label", family: "supervised", loss: "supervised", taskShare: 0.34, trainingImageCount: 1_281_167, words: ALL },
  { prefix: "views", family: "self-supervised", loss: "contrastive", taskShare: 0.24, trainingImageCount: 1_281_167, words: SELF_SUPERVISED },
  { prefix: "teacher", family: "self-supervised", loss: "distillation", taskShare: 0.28, trainingImageCount: 142_000_000, words: SELF_SUPERVISED },
  { prefix: "masked", family: "self-supervised", loss: "reconstruction", taskShare: 0.14, trainingImageCount: 1_281_167, words: SELF_SUPERVISED },
  { prefix: "text", family: "multimodal", loss: "image-text", taskShare: 0.5, trainingImageCount: 400_000_000, words: MULTIMODAL },
];

function trained(training: Training, word: string): RepresentationPlan {
  const backbone = BACKBONES.find((candidate) => candidate.word === word);
  if (backbone === undefined) throw new Error(`there is no backbone ${word}`);
  return {
    name: `${training.prefix}_${word}`,
    family: training.family,
    description: `Made-up numbers in the place of a ${backbone.sizeClass} network trained with the loss '${training.loss}'.`,
    columnCount: backbone.columnCount,
    taskShare: training.taskShare + SIZE_GAIN[backbone.sizeClass],
    sizeClass: backbone.sizeClass,
    loss: training.loss,
    parameterCount: backbone.parameterMillions * 1_000_000,
    trainingImageCount: training.trainingImageCount,
  };
}

function aligned(baseline: RepresentationPlan, by: string, gain: number): RepresentationPlan {
  return {
    ...baseline,
    name: `${baseline.name}_${by}`,
    description: `Made-up numbers in the place of ${baseline.name} after alignment with human judgements.`,
    taskShare: Math.min(0.9, baseline.taskShare + gain),
    baselineOf: baseline.name,
    alignedBy: by,
  };
}

function plain(name: string, family: string, columnCount: number, taskShare: number, what: string): RepresentationPlan {
  return { name, family, description: `Made-up numbers in the place of ${what}.`, columnCount, taskShare };
}

/** In this order: a baseline stands before its aligned versions. The first is `task`, whose numbers are the demo's own. */
export function representationPlans(): RepresentationPlan[] {
  const networks = TRAININGS.flatMap((training) => training.words.map((word) => trained(training, word)));
  const alignedOnes = networks.filter((plan) => plan.loss !== "reconstruction" && plan.loss !== "contrastive")
    .filter((plan) => ALIGNED.some((word) => plan.name.endsWith(`_${word}`)))
    .flatMap((plan, index) => index === 0 ? [aligned(plan, "odd_one_out", 0.12), aligned(plan, "triplets", 0.07)] : [aligned(plan, "odd_one_out", 0.12)]);
  return [
    plain("task", "task", 3, 1, "nothing: the demo's own task dimensions"),
    plain("judgements", "human", 49, 0.62, "dimensions found in human similarity judgements"),
    ...networks,
    ...alignedOnes,
    plain("keywords", "language", 512, 0.45, "keywords of each picture"),
    plain("sentences", "language", 768, 0.52, "a sentence about each picture"),
    plain("paragraphs", "language", 1024, 0.48, "a paragraph about each picture"),
    plain("documents", "language", 1536, 0.42, "a longer text about each picture"),
    plain("colours", "pixels", 768, 0.08, "colour histograms"),
    plain("edges", "pixels", 1024, 0.05, "edge histograms"),
    plain("noise", "control", 512, 0, "nothing: random numbers"),
    plain("noise_wide", "control", 2048, 0, "nothing: random numbers"),
  ];
}
