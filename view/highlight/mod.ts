export { highlightSync, isLoaded, loadLanguage, type Span, type SpanKind, splitLines } from "./highlight.ts";
export { languageNamed } from "./languages.ts";
