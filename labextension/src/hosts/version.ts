// The version of this front-end, which the build takes from zenml_nb/version.py.
declare const ZENML_NB_VERSION: string;

export const VERSION = ZENML_NB_VERSION;
