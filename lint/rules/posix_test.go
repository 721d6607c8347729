//go:build unix

package rules

import (
	"github.com/omegagen/omegagen/internal/tooltest"
	"os/exec"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// found lists the codes that a single script breaks.
func found(script, shell string, codes ...string) (out []string) {
	a := &manifest.Action{Name: "x", Shell: shell, Run: manifest.PlainText(script)}
	a.Address = "action.x"
	for _, d := range scripts(&manifest.Manifest{System: &manifest.System{Name: "s"}, Actions: []*manifest.Action{a}}) {
		for _, c := range codes {
			if strings.Contains(d.Summary, c) {
				out = append(out, d.Detail)
			}
		}
	}
	return out
}

// ran is a script's output and whether it succeeded, without messages.
func ran(t *testing.T, shell, script string) string {
	t.Helper()
	c := exec.Command(shell, "-c", "set -e\n"+script)
	c.Dir = t.TempDir()
	c.Stdin = strings.NewReader("line\n")
	out, err := c.Output()
	status := "ok"
	if err != nil {
		status = "failed"
	}
	return status + " " + string(out)
}

// What is reported doesn't do in dash what it does in bash, and what isn't reported does.
func TestPosixAgainstDash(t *testing.T) {
	tooltest.Need(t, "dash", "bash")
	for _, script := range []string{
		"set -o pipefail", "set -euo pipefail\necho a", "set -eo pipefail", "set -o errtrace", "set -eET",
		`m=prod; if [ "$m" == prod ]; then echo yes; fi`, `test a == a && echo yes`, `x=1; if [[ $x = 1 ]]; then echo yes; fi`, `x=1; [ -v x ] && echo set`,
		"for i in {1..3}; do echo $i; done", "echo {a,b}", "mkdir -p x/{a,b} && ls x", "touch f{1,2} && ls",
		`echo -e 'a\tb'`, `echo -ne 'a\n'`, `printf -v x %s 1; echo $x`, `printf '%q\n' 'a b'`,
		"x=a; x+=b; echo $x", "i=1; : $((i++)); echo $i", "i=1; echo $((++i))", "echo $((2**3))", "let x=1+1; echo $x", "declare x=1; echo $x", "typeset x=1; echo $x",
		"echo 'y=1' > f.sh; source ./f.sh; echo $y", "trap 'echo err' ERR; echo a", "trap 'echo x' SIGTERM; echo a", "trap 'echo r' DEBUG",
		"read -s x; echo $x", "read -a x; echo ${x}", "read -n 1 x; echo $x", "read -t 1 x; echo $x", "read; echo read", "f() { :; }; export -f f; echo a", "sleep 0 & wait -n; echo a",
		"f() { local -r x=1; echo $x; }; f", "type -t ls", "type -P ls", "echo x > f; echo $(< f)", `echo $'a\tb'`, `echo $"a"`, "echo x >& f; cat f", "pushd / > /dev/null; echo a", "shopt -s nullglob; echo a",
	} {
		d, b := ran(t, "dash", script), ran(t, "bash", script)
		if d == b {
			t.Errorf("%q is the same in dash and bash: %s", script, d)
		}
		if len(found(script, "sh", "feature of sh", "meaning in sh")) == 0 {
			t.Errorf("%q isn't reported; dash: %s, bash: %s", script, d, b)
		}
		if got := found(script, "bash", "feature of sh", "meaning in sh"); len(got) > 0 {
			t.Errorf("%q is reported for bash: %v", script, got)
		}
	}
	for _, script := range []string{
		"set -eu\necho a", "set -e -u -x 2>/dev/null; echo a", "set -o errexit; set -o nounset; echo a", "set -- a b; echo $#", "set +e; false; echo a", "set -f; echo *",
		`m=prod; if [ "$m" = prod ]; then echo yes; fi`, `test "==" = "==" && echo yes`, `[ "=~" ] && echo yes`, `[ -n "${x+set}" ] || echo unset`, `[ 1 -eq 1 -a 2 -eq 2 ] && echo a`, `[ a \< b ] && echo a`,
		"for i in 1 2 3; do echo $i; done", "echo '{a,b}' \"{1..3}\" {} {x}", "find . -name x -exec ls {} +; echo a", "echo -n a; echo", "echo e -e", `printf '%s\t%5.2f %%q\n' a 1`,
		"x=a; x=${x}b; echo $x", "i=1; i=$((i + 1)); echo $i", "i=1; : $((i += 2)); echo $i", "echo $((1 < 2 && 3 > 2 ? 4 : 5))", "echo $((0x10 | 1 << 3))",
		"echo 'y=1' > f.sh; . ./f.sh; echo $y", "trap 'echo bye' EXIT INT TERM; echo a", "trap - TERM; trap '' HUP; echo a", "read -r x; echo $x", "read -r a b; echo $a", "IFS= read -r line; echo $line", "while read -r x; do echo $x; done",
		"f() { local x=1; echo $x; }; f", "f() { local x y; x=1; echo $x; }; f", "command -v ls > /dev/null && echo a", "echo x > f; echo $(cat f)", "echo $((1+2))", "printf 'a\\tb\\n'", "echo x > f 2>&1; cat f", "echo x 1>&2; echo y >&2; echo z",
		"exec 3>&1; echo a >&3; exec 3>&-", "cd /; echo a", "export A=1 B=2; echo $A", "readonly C=1; echo $C", "unset -v A; echo a", "unset -f f; echo a", "x='a b'; echo ${x%% *} ${x#a} ${#x} ${x:-d} ${y:=e}", "case a in (a|b) echo x;; *) echo y;; esac",
		"cat <<E\n$((1+1)) $(echo a)\nE", "cat <<'E'\n$[x] $'y'\nE", "umask 022; ulimit -n > /dev/null; echo a", "{ echo a; echo b; } | sort", "(cd /; pwd)", "sleep 0 & wait $!; echo a", "type ls > /dev/null; echo a", "test ! -e x && echo a", "echo 'a$' \"b$\" c$",
		"until false; do echo a; break; done", "! false && echo a", "a=1 b=2 env | grep -c '^[ab]=' | head -n 1", "grep -E 'a{1,2}' /dev/null || echo none", "awk 'BEGIN { x += 1; print x == 1 }'", "eval 'echo a'", "kill -0 $$ && echo a", "times > /dev/null; echo a", "echo \"$*\" \"$@\" $# $?", "getopts ab x -a; echo $x", "printf '%s\\n' \"$(printf '%s' '$[1]')\"",
	} {
		if got := found(script, "sh", "feature of sh", "meaning in sh"); len(got) > 0 {
			t.Errorf("%q is reported: %v", script, got)
		}
		if d, b := ran(t, "dash", script), ran(t, "bash", script); d != b {
			t.Errorf("%q differs: dash %q, bash %q", script, d, b)
		}
	}
}
