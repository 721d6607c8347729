package manifest

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/images"
)

func exec(words ...string) *Command { return &Command{Exec: words} }

func TestCommand(t *testing.T) {
	if w := (*Command)(nil).Words(); w != nil {
		t.Errorf("no command has the words %q", w)
	}
	if w := (&Command{Shell: " a  b "}).Words(); len(w) != 2 || w[0] != "a" || w[1] != "b" {
		t.Errorf("a script has the words %q", w)
	}
	for _, c := range []struct {
		command *Command
		flag    string
		has     bool // HasFlag
		sets    bool // SetsFlag
	}{
		{exec("x", "--port"), "--port", true, true},
		{exec("x", "--port=1"), "--port", true, true},
		{exec("x", "-port=1"), "--port", true, true},
		{exec("x", "--PORT"), "--port", true, true},
		{exec("x", "port"), "--port", false, false},
		{exec("x", "--ports"), "--port", false, false},
		{exec("x", "-P"), "-p", false, false}, // short flags have a case
		{exec("x", "-p"), "-p", true, true},
		{exec("x", "-p80"), "-p", false, true},
		{exec("x", "--port80"), "--port", false, false},
		{exec("x"), "-p", false, false},
		{nil, "-p", false, false},
	} {
		if got := c.command.HasFlag(c.flag); got != c.has {
			t.Errorf("%q has %s: %v", c.command.Words(), c.flag, got)
		}
		if got := c.command.SetsFlag(c.flag); got != c.sets {
			t.Errorf("%q sets %s: %v", c.command.Words(), c.flag, got)
		}
	}
	for _, c := range []struct {
		command *Command
		setting string
		sets    bool
	}{
		{exec("x", "-c", "port=1"), "-c port=", true},
		{exec("x", "-cport=1"), "-c port=", true},
		{exec("x", "-c", "other=1"), "-c port=", false},
		{exec("x", "-d", "port=1"), "-c port=", false},
		{exec("x", "port=1", "-c"), "-c port=", false},
		{exec("--port=1"), "--port=", true},
		{exec("--host=1"), "--port=", false},
	} {
		if got := c.command.SetsFlag(c.setting); got != c.sets {
			t.Errorf("%q sets %q: %v", c.command.Words(), c.setting, got)
		}
	}
}

// TestOtherProgram: a command with an entrypoint that starts what it is given
// runs another program; flags and subcommands don't.
func TestOtherProgram(t *testing.T) {
	server := &images.Facts{Entrypoint: []string{"/docker-entrypoint.sh"}, Cmd: []string{"server"}, Subcommands: []string{"migrate"}}
	direct := &images.Facts{Entrypoint: []string{"/bin/server"}, Cmd: []string{"run"}}
	tini := func(last string) *images.Facts {
		return &images.Facts{Entrypoint: []string{"x", last}, Cmd: []string{"server"}}
	}
	bare := &images.Facts{Cmd: []string{"/bin/server"}}
	flags := &images.Facts{Entrypoint: []string{"server"}, Cmd: []string{"--all"}}
	none := &images.Facts{}
	for i, c := range []struct {
		facts   *images.Facts
		command *Command
		want    bool
	}{
		{server, exec("server", "--x"), false},
		{server, exec("/usr/bin/server"), false},
		{server, exec("migrate"), false},
		{server, exec("--flag"), false},
		{server, exec("sh"), true},
		{server, &Command{Shell: "sh -c x"}, true},
		{server, &Command{Exec: []string{}}, false},
		{direct, exec("other"), false}, // an argument of the program
		{tini("tini"), exec("sh"), true},
		{tini("/sbin/dumb-init"), exec("sh"), true},
		{tini("--"), exec("sh"), true},
		{tini("server"), exec("sh"), false},
		{bare, exec("sh"), true},
		{bare, exec("server", "x"), false},
		{flags, exec("word"), false},
		{none, exec("word"), true},
	} {
		if got := otherProgram(c.facts, c.command); got != c.want {
			t.Errorf("%d: %q of %+v: %v", i, c.command.Words(), c.facts, got)
		}
	}
}

func TestRunning(t *testing.T) {
	facts := func() *images.Facts {
		return &images.Facts{Entrypoint: []string{"/entrypoint.sh"}, Cmd: []string{"server"}, Readiness: []images.Readiness{{}}}
	}
	extra := func(key string) map[string]*Passthrough { return map[string]*Passthrough{key: {Value: "x"}} }
	for name, c := range map[string]struct {
		service *Service
		changed bool
	}{
		"as it is":           {&Service{Instances: []*Instance{{}}}, false},
		"the same program":   {&Service{Instances: []*Instance{{Command: exec("server", "-v")}}}, false},
		"another program":    {&Service{Instances: []*Instance{{Command: exec("sh")}}}, true},
		"an entrypoint":      {&Service{Instances: []*Instance{{Entrypoint: exec("server")}}}, true},
		"Compose entrypoint": {&Service{Instances: []*Instance{{}}, Compose: extra("entrypoint")}, true},
		"Compose command":    {&Service{Instances: []*Instance{{}}, Compose: extra("command")}, true},
		"another key":        {&Service{Instances: []*Instance{{}}, Compose: extra("dns")}, false},
		"the second replica": {&Service{Instances: []*Instance{{}, {Command: exec("sh")}}}, true},
	} {
		f := facts()
		c.service.Image = &Image{Facts: f}
		got := c.service.Running()
		if got == nil || (got != f) != c.changed || (got.Readiness == nil) != c.changed {
			t.Errorf("%s: changed %v, want %v", name, got != f, c.changed)
		}
		if f.Readiness == nil {
			t.Errorf("%s: the image's own facts were changed", name)
		}
	}
	if (&Service{}).Running() != nil || (&Service{Image: &Image{}}).Running() != nil {
		t.Error("something is known of no image")
	}
}

func TestComposeKey(t *testing.T) {
	value := func(v any) *Passthrough { return &Passthrough{Value: v} }
	s := &Service{
		ComposeNew: value(map[string]any{"a": 1}),
		Instances:  []*Instance{{Compose: map[string]*Passthrough{"a": value(2), "b": value(3)}}, {Compose: map[string]*Passthrough{"c": value(9)}}},
		Compose:    map[string]*Passthrough{"a": value(4), "b": value(5), "c": value(6)},
	}
	for key, want := range map[string]any{"a": 1, "b": 3, "c": 6, "d": nil} {
		if got := s.ComposeKey(key); got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
	if got := (&Service{}).ComposeKey("a"); got != nil {
		t.Errorf("of no keys: %v", got)
	}
}

func TestKeeps(t *testing.T) {
	f := &images.Facts{Cmd: []string{"x", "--port=1"}, ConfigPaths: []string{"/etc/x"}}
	env := []EnvVar{{Name: "A"}, {Name: "PORT"}}
	one := func(i *Instance) *Service { return &Service{Instances: []*Instance{i}} }
	for name, c := range map[string]struct {
		service *Service
		setting string
		want    bool
	}{
		"the image's flag":      {one(&Instance{}), "--port", false},
		"a command without it":  {one(&Instance{Command: exec("x")}), "--port", true},
		"a command with it":     {one(&Instance{Command: exec("x", "--port")}), "--port", false},
		"a variable":            {one(&Instance{Env: env}), "PORT=80", false},
		"another variable":      {one(&Instance{Env: env[:1]}), "PORT=80", true},
		"a file":                {one(&Instance{Mounts: []*Mount{{Target: "/etc/x/y"}}}), "listen in x.conf", false},
		"a file above":          {one(&Instance{Mounts: []*Mount{{Target: "/etc"}}}), "listen in x.conf", false},
		"the file itself":       {one(&Instance{Mounts: []*Mount{{Target: "/etc/x"}}}), "the Caddyfile", false},
		"a file elsewhere":      {one(&Instance{Mounts: []*Mount{{Target: "/etc/xy"}, {Target: "/et"}}}), "listen in x.conf", true},
		"no mount":              {one(&Instance{}), "the Caddyfile", true},
		"another's network":     {&Service{Compose: map[string]*Passthrough{"network_mode": {Value: "host"}}}, "PORT", false},
		"a file of variables":   {&Service{Compose: map[string]*Passthrough{"env_file": {Value: "x"}}}, "PORT", false},
		"of the second replica": {&Service{Instances: []*Instance{{}, {Env: env}}}, "PORT", false},
	} {
		if got := c.service.Keeps(f, []string{c.setting}); got != c.want {
			t.Errorf("%s: keeps %v", name, got)
		}
	}
	i := &Instance{Ports: []*Port{{Name: "a"}, {Name: "b"}}, Env: env}
	if i.Port("b") != i.Ports[1] || i.Port("c") != nil || !i.Sets("PORT") || i.Sets("B") {
		t.Error("ports or variables aren't found by name")
	}
}
