/** A gesture to what would come of it; nothing is changed here. */
import { planAdd } from './add.ts'
import { planConnect } from './connect.ts'
import { planCopies, planDuplicate } from './copies.ts'
import { refuse, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { planLinkMany } from './link-many.ts'
import { planRemove, planRemoveAll } from './remove.ts'
import { planRename } from './rename.ts'
import { planEdit, planMove } from './settings.ts'
import { planExpectMoves, planMoveAll } from './moves.ts'

export { partOf } from './settings.ts'
export { planPaste, type Copied } from './paste.ts'
import { planTunnel } from './tunnel.ts'
import { t } from '../words.ts'

export { addKinds, type AddKind, type Field, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'

export function planOf(scene: Scene, gesture: Gesture): Plan | NoPlan {
  const { gestures, adds, title } = scene.says
  if ((gestures && !gestures.includes(gesture.kind === 'move-all' ? 'move' : gesture.kind === 'paste' ? 'copy' : gesture.kind)) || (gesture.kind === 'add' && adds && !adds.includes(gesture.what))) return refuse(t`in ${t(title)} this can only be changed in the text`)
  switch (gesture.kind) {
    case 'add': return planAdd(scene, gesture)
    case 'connect': return planConnect(scene, gesture)
    case 'tunnel': return planTunnel(scene, gesture)
    case 'move': return planMove(scene, gesture)
    case 'move-all': return planMoveAll(scene, gesture)
    case 'expect-moves': return planExpectMoves(scene, gesture)
    case 'delete': return planRemove(scene, gesture)
    case 'rename': return planRename(scene, gesture)
    case 'duplicate': return planDuplicate(scene, gesture)
    case 'delete-all': return planRemoveAll(scene, gesture)
    case 'copy': return planCopies(scene, gesture)
    case 'paste': return gesture.ids.length > 0 ? planCopies(scene, { ...gesture, kind: 'copy' }) : refuse(t('Nothing is copied yet: choose machines in a picture and press Ctrl+C'))
    case 'link-many': return planLinkMany(scene, gesture)
    case 'edit': return planEdit(scene, gesture)
  }
}
