/** The language server as a process of its own. */
import { serve } from './server.ts'

void serve()
