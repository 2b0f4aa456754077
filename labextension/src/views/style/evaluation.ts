// The rules of zenml_nb/evaluation alone; every selector begins with .zenml-nb.
export const evaluationStyle = "";
