package deploy_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/deploy"
)

// TestEnvironment: an action's variables reach its body and nothing else, even
// where they are called like the script's own.
func TestEnvironment(t *testing.T) {
	parts, _ := deploy.Render(model(), nil, nil)
	source := find(t, parts, "deploy/runtime.sh")
	var names []string
	for _, found := range regexp.MustCompile(`(?m)(?:^|[ '"])([a-z][a-z0-9_]*)=`).FindAllStringSubmatch(string(source), -1) {
		names = append(names, found[1])
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) < 100 || !slices.Contains(names, "showing") || !slices.Contains(names, "env_words") {
		t.Fatalf("these are not the script's variables: %v", names)
	}
	value := `a "b" 'c' $(touch hacked) \ ` + "`d`\n" + `é${x}`
	var vars []manifest.EnvVar
	body := ""
	for _, name := range names {
		vars = append(vars, manifest.EnvVar{Name: name, Value: manifest.PlainText(name + value)})
		body += "printf '%s|' \"$" + name + "\"\n"
	}
	want := strings.Join(names, value+"|") + value + "|"
	inEveryShell(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m, task{name: "a", run: "{\n" + body + "} >seen", edit: func(a *manifest.Action) {
			a.Env, a.Validate = vars, manifest.PlainText("{\n"+body+"} | cmp - seen")
		}})
		k := newKit(t, shell, m, plans(p))
		k.want(0)
		mustEqual(t, "what the body saw", k.read("seen"), want)
		contains(t, k.want(0, "status"), "done")
		if k.read("hacked") != "" || len(k.lines(".omegagen/state/a.done")) == 0 {
			t.Error("the step's record is missing, or a value was run")
		}
	})
}
