/**
 * `heard`: of what sudo wrote, the first line that follows its last question (`$N-ask`), without what it told before; or `wrong` where it did not take the password:
 * it asks once more, or counts the try, whatever its language and its jests.
 */
export const heardFunction = String.raw`
heard() {
  tr -d '\r' | head -c 4096 | {
    h=; n=
    while IFS= read -r v || [ -n "$v" ]; do
      case $v in *'try again'*|*'ncorrect password'*) h=wrong; break;; esac
      case $v in *"$N-ask"*) [ -z "$n" ] || { h=wrong; break; }; n=1; h=; v=\${v##*"$N-ask"};; esac
      [ -n "$h" ] || h=$v
    done
    echo "$h"
  }
}
`.replaceAll('\\$', '$');
