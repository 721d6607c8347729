//go:build unix

package rules

import (
	"context"
	"encoding/json"
	"github.com/omegagen/omegagen/internal/tooltest"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// refusal is what a program says of its words before it does anything; "" if it doesn't object to them.
func refusal(t *testing.T, words ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out, _ := exec.CommandContext(ctx, words[0], words[1:]...).CombinedOutput()
	for _, sign := range []string{"unknown flag", "unknown command", "is unknown", "is not a docker command"} {
		if strings.Contains(string(out), sign) {
			return string(out)
		}
	}
	return ""
}

// What is called a misspelling is refused, and what is listed is not.
func TestCommandsAgainstPrograms(t *testing.T) {
	for _, c := range []struct{ program, right, wrong string }{
		{"docker", "inspect --help", "inspct x"}, {"docker", "image prune --force --help", "image prune --forc"}, {"docker", "ps --no-trunc --help", "ps --no-trnc"},
		{"docker", "run --network=x --help", "run --nework=x"}, {"docker", "exec --workdir=/ --help", "exec --wrokdir=/"}, {"docker", "logs --tail=1 --help", "logs --tial=1"},
		{"docker", "network connect --alias=x --help", "network connect --alais=x"},
		{"curl", "--max-time 1 --version", "--max-tme 1 --version"}, {"curl", "--fail-with-body --version", "--fail-wiht-body --version"}, {"curl", "--no-buffer --max-t 3 --version", "--no-bufer --version"},
	} {
		if _, err := exec.LookPath(c.program); err != nil {
			continue
		}
		for script, bad := range map[string]bool{c.right: false, c.wrong: true} {
			script = c.program + " " + script
			if got := len(found(script, "sh", "Misspelled command")) > 0; got != bad {
				t.Errorf("%s: reported: %v", script, got)
			}
			if out := refusal(t, strings.Fields(script)...); (out != "") != bad {
				t.Errorf("%s: %q", script, out)
			}
		}
	}
}

// What is called an invalid format makes docker fail, and other formats work. The engine's answers are made up;
// docker itself has the fields.
func TestFormatAgainstDocker(t *testing.T) {
	tooltest.Need(t, "docker")
	socket := filepath.Join(t.TempDir(), "d.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.45")
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.Contains(r.URL.Path, "/containers/x/json"):
			_ = json.NewEncoder(w).Encode(map[string]any{"Id": "1", "Name": "/x", "State": map[string]any{"Health": map[string]any{}}, "Config": map[string]any{}, "HostConfig": map[string]any{}, "NetworkSettings": map[string]any{}})
		case strings.Contains(r.URL.Path, "/containers/json"):
			_, _ = w.Write([]byte(`[{"Id":"1","Names":["/x"],"Image":"i","State":"running","Status":"Up"}]`))
		default:
			_, _ = w.Write([]byte("OK"))
		}
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	refused := func(words ...string) (string, bool) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		out, err := exec.CommandContext(ctx, "docker", append([]string{"--host", "unix://" + socket}, words...)...).CombinedOutput()
		return string(out), err != nil
	}
	for path, names := range map[string][]string{"": fieldsOf("inspect")[""][:24], "State": fieldsOf("inspect")["State"], "State.Health": fieldsOf("inspect")["State.Health"]} {
		for _, name := range names {
			if name == "ID" { // of an image
				continue
			}
			f := "{{." + strings.TrimPrefix(path+"."+name, ".") + "}}"
			if out, bad := refused("inspect", "--type", "container", "-f", f, "x"); bad {
				t.Errorf("docker refuses %s: %s", f, out)
			}
		}
	}
	all := ""
	for _, name := range fieldsOf("ps")[""] {
		if name != "Label" { // a method with an argument
			all += "{{." + name + "}}"
		}
	}
	if out, bad := refused("ps", "--format", all); bad {
		t.Errorf("docker refuses %s: %s", all, out)
	}
	for _, f := range []string{"{{.Sate.Running}}", "{{.State.Runing}}", "{{.State.Health.Sttus}}", "{{.State.Running}", "{{jsno .State}}", "{{if .State}}x", "{{.Confg.Image}}"} {
		script := "docker inspect --format '" + f + "' x"
		if len(found(script, "sh", "Invalid format")) != 1 {
			t.Errorf("%s isn't reported", f)
		}
		if out, bad := refused("inspect", "--type", "container", "-f", f, "x"); !bad {
			t.Errorf("docker accepts %s: %s", f, out)
		}
	}
	for _, f := range []string{"{{.State.Running}}", "{{json .}}", "{{json .State | printf \"%s\"}}", "{{if .State.Running}}a{{else}}b{{end}}", "{{range $k, $v := .NetworkSettings.Ports}}{{$k}}{{end}}", "{{len .Mounts}} {{upper .Name}} {{join (split .Name \"/\") \",\"}}", "{{with .State}}{{.Status}}{{end}}", "{{.Id}} {{slice .Id 0 1}}"} {
		if got := found("docker inspect --format '"+f+"' x", "sh", "Invalid format"); len(got) != 0 {
			t.Errorf("%s is reported: %v", f, got)
		}
		if out, bad := refused("inspect", "--type", "container", "-f", f, "x"); bad {
			t.Errorf("docker refuses %s: %s", f, out)
		}
	}
}
