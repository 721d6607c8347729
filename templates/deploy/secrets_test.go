package deploy_test

import (
	"bytes"
	"context"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner"
)

// secretsKit is a kit with secrets, each of which a step writes to a file named after it.
func secretsKit(t *testing.T, shell string, validate bool, secrets ...*manifest.Secret) *kit {
	t.Helper()
	m := model()
	m.Secrets = secrets
	goal := &manifest.Goal{Origin: origin("goal.default"), Name: "default", Default: true, Objective: "cost"}
	for _, x := range secrets {
		x.Origin, x.EnvVar = origin("secret."+x.Name), strings.ToUpper(x.Name)
		a := &manifest.Action{Origin: origin("action.use_" + x.Name), Name: "use_" + x.Name, Title: "use_" + x.Name, Shell: "sh", OnFailure: "stop", Cost: big.NewRat(1, 1),
			Precondition: &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: manifest.Fact{Kind: manifest.SecretSet, Name: x.Name}},
			Run:          manifest.Text{{Text: "echo " + x.Name + " >>ran\nprintf '%s' "}, {Secret: x}, {Text: " >" + x.Name + "\n"}}}
		if validate {
			a.Validate = manifest.Text{{Text: "[ \"$(cat " + x.Name + ")\" = "}, {Secret: x}, {Text: " ]\n"}}
		}
		m.Actions = append(m.Actions, a)
		goal.Include = append(goal.Include, &manifest.ActionRef{Action: a})
	}
	m.Goals = []*manifest.Goal{goal}
	p := planner.Plans(m, planner.Options{})
	if len(p) != 1 || p[0].Status != planner.Optimal {
		t.Fatalf("no plan: %+v", p)
	}
	return newKit(t, shell, m, p)
}

func given(name string, from manifest.SecretSource) *manifest.Secret {
	return &manifest.Secret{Name: name, From: from}
}

// withInput runs deploy.sh with a standard input that is no terminal.
func (k *kit) withInput(input string, args ...string) (string, int) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := k.command(ctx, args...)
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &out
	_ = cmd.Run()
	return out.String(), cmd.ProcessState.ExitCode()
}

// A secret that only people have is never invented: without a terminal, the run is refused before
// anything starts, with its name and the command that sets it.
func TestPromptSecret(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := secretsKit(t, shell, false, &manifest.Secret{Name: "key", From: &manifest.PromptSecret{}, Description: "the provider's key"}, given("other", &manifest.GeneratedSecret{Length: 20}))
		contains(t, k.want(0, "--dry-run"), "Secret key is not set: up would get it first, by from = \"prompt\".")
		out := k.want(3)
		contains(t, out, "Secret key (the provider's key) is not set: there is no terminal to ask on.", "./deploy.sh secret set key", "Nothing was started: 1 secret(s) missing.")
		mustEqual(t, "steps that ran", k.read("ran"), "")
		contains(t, k.want(0, "secret", "list"), "NAME   FROM       LAST CHANGED  USED BY", "key    prompt     not set       scripts", "other  generated  not set       scripts")
		out, status := k.withInput("s3cret $(touch hacked) `x` \\ 'q\"\n", "secret", "set", "key")
		mustEqual(t, "status", status, 0)
		contains(t, out, "Secret key is stored. ./deploy.sh deploys it to: scripts.")
		k.want(0)
		mustEqual(t, "the value", k.read("key"), "s3cret $(touch hacked) `x` \\ 'q\"")
		mustEqual(t, "a text was executed", k.read("hacked"), "")
		if !regexp.MustCompile(`key +prompt +20\d\d-\d\d-\d\dT[\d:]+Z +scripts`).MatchString(k.want(0, "secret", "list")) {
			t.Error(k.want(0, "secret"))
		}
		contains(t, k.want(0), "Nothing to do")
		_, status = k.withInput("", "secret", "set", "key")
		mustEqual(t, "an empty value", status, 2)
		contains(t, k.want(2, "secret", "set", "kez"), "no secret 'kez'; did you mean 'key'?")
		contains(t, k.want(2, "secret", "set"), "requires the name of a secret")
		contains(t, k.want(2, "secret", "get", "key"), "unknown command 'secret get'")
		// A new value is a rotation: what uses it runs again, and nothing else.
		k.withInput("new\n", "secret", "set", "key")
		k.want(0)
		mustEqual(t, "the value", k.read("key"), "new")
		mustEqual(t, "steps that ran", sortedLines(k, "ran"), "key key other")
	})
}

// On a terminal, it is asked for once, without an echo; an empty answer is no value.
func TestPromptOnTerminal(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		tooltest.Need(t, "script", "stty")
		k := secretsKit(t, shell, false, &manifest.Secret{Name: "key", From: &manifest.PromptSecret{}, Description: "the provider's key"})
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		interpreter := shell
		if shell == "busybox" {
			interpreter = "busybox sh"
		}
		cmd := exec.CommandContext(ctx, "script", "-qec", interpreter+" deploy.sh", "/dev/null")
		cmd.Dir, cmd.Env = k.dir, append(os.Environ(), "TERM=dumb", "SHELL=/bin/sh")
		var out lockedBuffer
		cmd.Stdout, cmd.Stderr = &out, &out
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for i, answer := range []string{"\n", "secret word\n"} {
			for range 400 {
				if strings.Count(out.String(), "Secret key, the provider's key: ") > i {
					break
				}
				time.Sleep(25 * time.Millisecond)
			}
			if _, err := io.WriteString(in, answer); err != nil {
				t.Fatal(err)
			}
		}
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		mustEqual(t, "the value", k.read("key"), "secret word")
		contains(t, out.String(), "It must not be empty.")
		if strings.Contains(out.String(), "secret word") {
			t.Errorf("the value was shown:\n%s", out.String())
		}
		contains(t, k.want(0), "Nothing to do")
	})
}

// A file, a variable and a command are read in each run: a new value is a rotation, and the value
// stays if there is none. Only from = "env" reads the caller's variables.
func TestSecretSources(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := secretsKit(t, shell, false, given("filed", &manifest.FileSecret{Path: "../keys/a key"}), given("named", &manifest.EnvSecret{Name: "CI_TOKEN"}),
			given("printed", &manifest.CommandSecret{Words: []string{"sh", "-c", "cat said # it's $(touch hacked)"}}), given("own", &manifest.GeneratedSecret{Length: 16}))
		contains(t, k.want(3), "Secret filed is not set: its file ../keys/a key does not exist.", "Secret named is not set: the variable CI_TOKEN is not set.",
			"Secret printed is not set: its command sh failed.", "Nothing was started: 3 secret(s) missing.")
		key := "-----BEGIN KEY-----\nabc\n-----END KEY-----\n"
		k.write("../keys/a key", key)
		k.write("said", "word\n")
		k.env = append(k.env, "CI_TOKEN=t0ken", "OWN=stale", "FILED=stale", "NAMED=stale")
		k.want(0)
		mustEqual(t, "the file's value", k.read(".omegagen/secrets/filed"), key)
		mustEqual(t, "the variable's value", k.read("named"), "t0ken")
		mustEqual(t, "the command's value", k.read(".omegagen/secrets/printed"), "word")
		own := k.read("own")
		if len(own) != 16 || own != k.read(".omegagen/secrets/own") {
			t.Errorf("the generated value is %q", own)
		}
		k.env = nil
		k.write("said", "another\n")
		if err := os.RemoveAll(filepath.Join(k.dir, "../keys")); err != nil {
			t.Fatal(err)
		}
		k.write("ran", "")
		out := k.want(0)
		contains(t, out, "Secret filed: its file ../keys/a key does not exist; the value of an earlier run stays.", "Secret printed has another value than before (from the command sh).",
			"Secret named: the variable CI_TOKEN is not set; the value of an earlier run stays.")
		mustEqual(t, "steps that ran again", strings.Join(k.lines("ran"), " "), "printed")
		mustEqual(t, "the command's value", k.read("printed"), "another")
		mustEqual(t, "a text was executed", k.read("hacked"), "")
	})
}

// A secret that was lost is not replaced by a validation, nor silently at all.
func TestLostSecret(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := secretsKit(t, shell, true, given("key", &manifest.GeneratedSecret{Length: 20}))
		k.want(0)
		was := k.read("key")
		if err := os.Remove(filepath.Join(k.dir, ".omegagen/secrets/key")); err != nil {
			t.Fatal(err)
		}
		contains(t, k.want(3), "Secret key is lost", "./deploy.sh secret set key", "./deploy.sh secret rotate key")
		mustEqual(t, "the value", k.read(".omegagen/secrets/key"), "")
		contains(t, k.want(0, "secret"), "lost")
		contains(t, k.want(2, "secret", "rotate", "key"), "run with --yes")
		k.want(0, "secret", "rotate", "key", "--yes")
		now := k.read("key")
		if now == was || len(now) != 20 {
			t.Errorf("the rotated value is %q, it was %q", now, was)
		}
		mustEqual(t, "steps that ran", strings.Join(k.lines("ran"), " "), "key key")
		contains(t, k.want(0), "Nothing to do")
	})
}

// A rotation that is killed at any point ends in the next run; values are in no argument of a program.
func TestRotateSecret(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		k := secretsKit(t, shell, false, given("key", &manifest.GeneratedSecret{Length: 20}))
		k.want(0)
		was := k.read("key")
		// A change that was listed is finished, one that was only staged is not.
		k.write(".omegagen/secrets/.next.key", "n3w")
		k.want(0)
		mustEqual(t, "the value", k.read("key"), was)
		k.write(".omegagen/secrets/.next.key", "n3w")
		k.write(".omegagen/secrets/.change", "key\n")
		k.want(0)
		mustEqual(t, "the value", k.read("key"), "n3w")
		for _, name := range []string{"sh", "cat", "tr", "awk", "grep", "wc", "tail", "od", "sync", "mv", "chmod", "sha256sum"} {
			k.program(name, "printf '%s\\n' \"$0 $*\" >>\"${0%/*}/arguments\"\nPATH=${PATH#*:}; exec "+name+" \"$@\"")
		}
		k.withInput("v4lue-that-nobody-sees", "secret", "set", "key")
		k.want(0)
		k.want(0, "secret", "rotate", "key", "--yes")
		arguments := k.read("../bin/arguments")
		for _, value := range []string{"v4lue-that-nobody-sees", k.read(".omegagen/secrets/key")} {
			if value == "" || strings.Contains(arguments, value) {
				t.Errorf("%q is an argument", value)
			}
		}
		if !strings.Contains(arguments, "/tr ") || !strings.Contains(arguments, "/awk ") {
			t.Errorf("the programs were not watched:\n%s", arguments)
		}
	})
}

// The password of a role is set in the database before what uses it is replaced; a value in .env is
// replaced there; and a lost password of a role gets a new value.
func TestRotateRole(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		k := newKit(t, shell, m, plans(p), others...)
		k.program("docker", strings.Replace(dockerProgram, `'^PASSWORD=[A-Za-z0-9]\{24\}$'`, "'^PASSWORD=.'", 1))
		k.want(0)
		said := func() string { return k.read("../bin/world/psql") }
		role, password := k.read(".omegagen/secrets/role"), k.read(".omegagen/secrets/password")
		contains(t, k.want(2, "secret", "rotate", "role"), "containers that log in with role cannot open new connections to the database", "run with --yes")
		k.want(0, "secret", "rotate", "role", "--yes")
		now := k.read(".omegagen/secrets/role")
		if now == role || len(now) != 12 {
			t.Fatalf("the password is %q, it was %q", now, role)
		}
		contains(t, said(), "\\prompt password\n"+role+"\n", "\\prompt password\n"+now+"\n")
		contains(t, k.want(0), "Nothing to do")

		out, status := k.withInput("it.has-all_of~them", "secret", "set", "password")
		mustEqual(t, "status", status, 0)
		contains(t, out, "scripts, service.database, service.web")
		mustEqual(t, ".env", k.read(".env"), "PASSWORD=it.has-all_of~them\n")
		contains(t, k.want(0), "service.web.start")
		mustEqual(t, "the script's value", k.read("used"), "u:it.has-all_of~them")
		if out, status = k.withInput("two\nlines\n", "secret", "set", "password"); status != 2 || !strings.Contains(out, "it has several lines") {
			t.Errorf("%d %s", status, out)
		}
		if out, status = k.withInput("it's", "secret", "set", "password"); status != 2 || !strings.Contains(out, "a quote or a backslash") {
			t.Errorf("%d %s", status, out)
		}
		k.withInput("a_b$c/+=", "secret", "set", "password")
		mustEqual(t, ".env", k.read(".env"), "PASSWORD='a_b$c/+='\n")
		k.want(0)
		mustEqual(t, "the script's value", k.read("used"), "u:a_b$c/+=")
		contains(t, k.want(0), "Nothing to do")

		if err := os.Remove(filepath.Join(k.dir, ".omegagen/secrets/role")); err != nil {
			t.Fatal(err)
		}
		contains(t, k.want(0), "Secret role is lost: its file is gone. It gets a new value")
		if last := k.read(".omegagen/secrets/role"); last == now || !strings.Contains(said(), "\\prompt password\n"+last+"\n") {
			t.Errorf("the new password %q was not set", last)
		}
		if password == "" {
			t.Error("no password")
		}
	})
}
