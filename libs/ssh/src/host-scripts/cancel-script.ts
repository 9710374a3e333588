import { killFunctions } from './kill-functions.js';
import { prelude, type Prelude } from './prelude.js';
import { quote } from './quote.js';
import type { SudoUse } from './sudo-functions.js';

export interface CancelRequest extends Prelude {
  why: 'cancelled' | 'deadline';
  graceSeconds: number;
  sudo?: SudoUse;
}

/** Ends a command and proves its end; one that was never launched is marked so that it can never start. */
export function cancelScript(request: CancelRequest): Buffer {
  return Buffer.from(`${prelude(request)}Y=${quote(request.why)}; G=${request.graceSeconds}; R=${quote(request.sudo?.user ?? '')}; W=${quote(request.sudo?.password ?? '')}\n${killFunctions}${run}`);
}

const run = String.raw`
if [ -z "$d" ]; then
  why=$(LC_ALL=C mkdir -p -m 700 "$b1" 2>&1; LC_ALL=C mkdir -m 700 "$b1/$I" 2>&1); d=$b1/$I
  [ -d "$d" ] || stop_with failed home "$why"
fi
cd "$d" || stop_with failed home
n=0
while ! rec pid; do
  ln -s cancelled decided 2>/dev/null && stop_with cancelled
  [ -L decided ] && stop_with cancelled
  [ $n -ge 100 ] && stop_with done - gone - sent
  n=$((n + 1)); nap 0.05
done
set -- $v; p=$1; t=$2; k0=$3; sid=$4; f0=$6
boot
both begin attached "$SHELL" "$d" 0
if rec rc && ! [ -L stop ]; then both end done "$v" - - sent; exit 0; fi
[ "$k0" = "$k" ] || { both end done - reboot - sent; exit 0; }
ln -s "$Y" stop 2>/dev/null && mine=1
if rec rc && [ -n "$mine" ]; then rm -f stop; both end done "$v" - - sent; exit 0; fi
[ -L proof ] || end_tree "$G"
n=0
until rec rc || [ $n -ge 20 ]; do n=$((n + 1)); nap 0.1; done
rec rc || v=-
both end done "$v" "$(readlink stop)" "$(readlink proof)" sent
exit 0
`;
