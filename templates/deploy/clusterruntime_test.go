package deploy

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// programs are what the runtime of kits for Kubernetes calls besides its own functions and those of plan.sh.
var programs = strings.Fields(`
	. : [ break case cd command continue echo eval exec exit export false kill printf read return set shift test trap true umask unset wait
	awk base64 cat chmod cmp cp date df docker dirname find grep gzip head java go kubectl ls mkdir mkfifo mv od ps readlink rm sed sh sha256sum shasum sleep sort stty sync sysctl tail tar tput tr uname wc`)

// All that the runtime of kits for Kubernetes calls is there: functions that only Docker Compose has a use for are left out
// together with their callers.
func TestClusterRuntimeIsWhole(t *testing.T) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(clusterRuntime), "runtime.sh")
	if err != nil {
		t.Fatal(err)
	}
	defined := map[string]bool{}
	syntax.Walk(file, func(n syntax.Node) bool {
		if f, ok := n.(*syntax.FuncDecl); ok {
			if defined[f.Name.Value] {
				t.Errorf("%s is defined twice", f.Name.Value)
			}
			defined[f.Name.Value] = true
		}
		return true
	})
	for _, m := range regexp.MustCompile(`(?m)^([a-z_]+)\(\)`).FindAllStringSubmatch(planSource, -1) {
		defined[m[1]] = true
	}
	missing := map[string]bool{}
	syntax.Walk(file, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		if name := call.Args[0].Lit(); name != "" && !defined[name] && !slices.Contains(programs, name) {
			missing[name] = true
		}
		return true
	})
	for name := range missing {
		t.Errorf("%s is called, but not defined", name)
	}
}
