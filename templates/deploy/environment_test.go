package deploy_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
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
	inShells(t, func(t *testing.T, shell string) {
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

// TestCallersEnvironment: what the caller's shell exports replaces no secret, nothing
// that .env says, and neither the Compose file nor its options. The rest stays.
func TestCallersEnvironment(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, _, others := stack(t)
		show := "show() { eval \"[ -z \\\"\\${$1+set}\\\" ] || printf '%s ' \\\"$1=\\$$1\\\"\"; }\n"
		names := "PASSWORD COMPOSE_FILE COMPOSE_PROFILES COMPOSE_PROJECT_NAME COMPOSE_ENV_FILES COMPOSE_DISABLE_ENV_FILE COMPOSE_PATH_SEPARATOR " +
			"SAID SPACED QUOTED AFTER UID goal LINE ASKED FREE DOCKER_HOST COMPOSE_PROGRESS"
		m.Actions[0].Run = manifest.PlainText(show + "for n in " + names + "; do show $n; done >../saw\npwd >../where")
		m.Actions[0].Workdir = "sub"
		p := planner.Plans(m, planner.Options{})[0]
		k := newKit(t, shell, m, plans(p), others...)
		k.write("sub/x", "")
		k.write("../other/sub/x", "")
		k.program("docker", show+"case \"$*\" in compose*' up '*) for n in "+names+"; do show $n; done >\"${0%/*}/saw\" ;; esac\n"+dockerProgram)
		k.write(".env", "# SAID=no\nSAID=env\n  export SPACED = env\nQUOTED=\"one \\\" \nLINE=within\nlast\"\nAFTER: 'env'\nUID=7\ngoal=x\nASKED\n")
		for _, name := range strings.Fields(names) {
			k.env = append(k.env, name+"=caller")
		}
		k.env = append(k.env, "CDPATH="+k.dir+"/../other")
		k.want(0)
		contains(t, k.read(".env"), "\nPASSWORD="+k.read(".omegagen/secrets/password")+"\n")
		for what, saw := range map[string]string{"the action": k.read("saw"), "Compose": k.read("../bin/saw")} {
			saw = regexp.MustCompile(`UID=\S* `).ReplaceAllString(saw, "")                      // bash's own
			saw = strings.TrimPrefix(saw, "PASSWORD="+k.read(".omegagen/secrets/password")+" ") // the action uses it
			mustEqual(t, what, saw, "LINE=caller ASKED=caller FREE=caller DOCKER_HOST=caller COMPOSE_PROGRESS=caller ")
		}
		mustEqual(t, "the folder", strings.TrimSpace(k.read("where")), k.dir+"/sub")
	})
}
