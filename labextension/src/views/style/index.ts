// All CSS of the views, in one string: a host puts it beside the view, also into a shadow root.
import { anomaliesStyle } from "./anomalies";
import { base } from "./base";
import { compareStyle } from "./compare";
import { evaluationStyle } from "./evaluation";
import { imagesStyle } from "./images";
import { schemaStyle } from "./schema";
import { sequencesStyle } from "./sequences";
import { statisticsStyle } from "./statistics";
import { stepsStyle } from "./steps";
import { trainingStyle } from "./training";

export const css = [
  base,
  statisticsStyle,
  schemaStyle,
  anomaliesStyle,
  evaluationStyle,
  stepsStyle,
  sequencesStyle,
  imagesStyle,
  compareStyle,
  trainingStyle,
].join("");
