// The rules of zenml_nb/steps alone; every selector begins with .zenml-nb.
export const stepsStyle = "";
