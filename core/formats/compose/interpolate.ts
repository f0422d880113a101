/** Variables in a compose file, with their defaults; what only the environment knows is unknown, never an error. */

/** The text with every `${VAR:-default}` taken; undefined where a variable has no default, since nobody here knows it. */
export function interpolate(text: string): string | undefined {
  if (!text.includes('$')) return text
  let unknown = false
  const replaced = replace(text, () => {
    unknown = true
    return ''
  })
  return unknown ? undefined : replaced
}

function replace(text: string, missing: () => string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '$') {
      out += text[i]
      continue
    }
    if (text[i + 1] === '$') {
      out += '$'
      i++
    } else if (text[i + 1] === '{') {
      const end = closing(text, i + 2)
      out += braced(text.slice(i + 2, end), missing)
      i = end
    } else {
      const name = /^[A-Za-z_]\w*/.exec(text.slice(i + 1))
      if (!name) out += '$'
      else {
        out += missing()
        i += name[0].length
      }
    }
  }
  return out
}

/** The brace that closes; defaults may hold variables of their own. */
function closing(text: string, start: number): number {
  let depth = 1
  for (let i = start; i < text.length; i++) {
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) return i
  }
  return text.length
}

function braced(inner: string, missing: () => string): string {
  const match = /^[A-Za-z_]\w*(?:(:?[-+?])([\s\S]*))?$/.exec(inner)
  if (!match || match[1] === undefined || match[1].endsWith('?')) return missing()
  // `+` gives its word only where the variable is set, and here none is.
  return match[1].endsWith('+') ? '' : replace(match[2] ?? '', missing)
}
