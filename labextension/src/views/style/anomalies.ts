// The rules of zenml_nb/anomalies alone; every selector begins with .zenml-nb.
export const anomaliesStyle = "";
