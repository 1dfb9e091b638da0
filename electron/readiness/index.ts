// The audit's public face.
export { evaluateReadiness } from './evaluate-readiness.ts';
