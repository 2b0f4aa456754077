// The rules of zenml_nb/schema alone; every selector begins with .zenml-nb.
export const schemaStyle = "";
