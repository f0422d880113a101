/**
 * What is drawn of a part is kept with the part: realisation leaves parts that nothing changed the very same objects, so a picture
 * after an edit makes only the changed ones' boxes, lines and facts anew. What is kept is known by everything that it was made from,
 * so that nobody has to say what has changed, and a picture is the same whatever was drawn before it.
 */
import { sameData } from './share.ts'

/** A function of a part, and of a second one that may be absent, that remembers its last answer for each part. */
export function keptFor<Part extends object, Other extends object, Made>(make: (part: Part, other: Other | undefined) => Made): (part: Part, other?: Other | undefined) => Made {
  const kept = new WeakMap<Part, { readonly other: Other | undefined; readonly made: Made }>()
  return (part, other) => {
    const known = kept.get(part)
    if (known && known.other === other) return known.made
    const made = make(part, other)
    kept.set(part, { other, made })
    return made
  }
}

/** The same with plain data beside the two, which is compared by what it says. */
export function keptWith<Part extends object, Other extends object, Said, Made>(make: (part: Part, other: Other | undefined, said: Said) => Made): (part: Part, other: Other | undefined, said: Said) => Made {
  const kept = new WeakMap<Part, { readonly other: Other | undefined; readonly said: Said; readonly made: Made }>()
  return (part, other, said) => {
    const known = kept.get(part)
    if (known && known.other === other && sameData(known.said, said)) return known.made
    const made = make(part, other, said)
    kept.set(part, { other, said, made })
    return made
  }
}
