/** Whether the picture should come to its new place at once: by the editor's setting, or the system's. */
export const isStill = (settings: { readonly reducedMotion: boolean } | undefined): boolean =>
  settings?.reducedMotion === true || document.body.classList.contains('vscode-reduce-motion') || window.matchMedia('(prefers-reduced-motion: reduce)').matches

/** Milliseconds that a move of the picture takes. */
export const takes = (settings: { readonly reducedMotion: boolean } | undefined, usual: number): number => (isStill(settings) ? 0 : usual)
