// The rules of zenml_nb/statistics alone; every selector begins with .zenml-nb.
export const statisticsStyle = "";
