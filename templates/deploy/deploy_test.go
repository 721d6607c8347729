package deploy_test

import (
	"fmt"
	"os/exec"
	"testing"

	"github.com/omegagen/omegagen/internal/tooltest"
)

func TestUp(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m,
			task{name: "a", run: "echo a >>order"},
			task{name: "b", needs: "a", run: "echo b >>order"},
			task{name: "c", needs: "a", run: "sleep 1; echo c >>order"},
			task{name: "d", needs: "b c", run: "echo d >>order"},
		)
		k := newKit(t, shell, m, plans(p))
		out := k.want(0)
		mustEqual(t, "order", k.lines("order"), []string{"a", "b", "c", "d"})
		t.Log(out)
		out = k.want(0)
		t.Log(out)
		mustEqual(t, "order", k.lines("order"), []string{"a", "b", "c", "d"})
		t.Log(k.want(0, "status"))
		t.Log(k.want(0, "plan"))
		t.Log(k.want(0, "report"))
		t.Log(k.want(0, "report", "--json"))
	})
}

// TestShellcheck checks that shellcheck reports nothing about deploy.sh and its parts,
// and to a syntax check by each shell, for plans of several sizes.
func TestShellcheck(t *testing.T) {
	tooltest.Need(t, append(shells, "shellcheck")...)
	cmd := exec.Command("shellcheck", "deploy/runtime.sh")
	cmd.Dir = newKit(t, "dash", model(), nil).dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, n := range []int{0, 1, 100} {
		m := model()
		var tasks []task
		for i := range n {
			tk := task{name: fmt.Sprintf("step_%d", i), run: "exit 0"}
			if i > 0 {
				tk.needs = fmt.Sprintf("step_%d", (i-1)/2)
			}
			tasks = append(tasks, tk)
		}
		k := newKit(t, "dash", m, plans(planOf(m, tasks...)))
		k.shellcheck(t)
	}
}
