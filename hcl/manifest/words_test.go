package manifest

import (
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

func TestWords(t *testing.T) {
	facts := map[Condition]FactKind{OnStarted: ServiceStarted, OnHealthy: ServiceHealthy, OnCompleted: ServiceCompleted}
	compose := map[Condition]string{OnStarted: "service_started", OnHealthy: "service_healthy", OnCompleted: "service_completed_successfully"}
	if len(Conditions) != len(facts) {
		t.Errorf("%d conditions", len(Conditions))
	}
	for _, c := range Conditions {
		if c.Fact() != facts[c] || c.Compose() != compose[c] {
			t.Errorf("%s: %s, %s", c, c.Fact(), c.Compose())
		}
	}
	for p, want := range map[Priority]int{Critical: 0, High: 1, Medium: 2, Low: 3, "": 2, "other": 2} {
		if p.Rank() != want {
			t.Errorf("%q has the rank %d", p, p.Rank())
		}
	}
	three := 3
	for r, want := range map[Restart]struct {
		text  string
		again bool
	}{
		{}:                                {"", false},
		{Policy: RestartNo}:               {"no", false},
		{Policy: RestartAlways}:           {"always", true},
		{Policy: RestartUnlessStopped}:    {"unless-stopped", true},
		{Policy: RestartOnFailure}:        {"on-failure", false},
		{RestartOnFailure, &three}:        {"on-failure:3", false},
		{Policy: RestartPolicy("future")}: {"future", false},
	} {
		if r.String() != want.text || r.Succeeded() != want.again {
			t.Errorf("%+v: %q, restarted after it ended well: %v", r, r.String(), r.Succeeded())
		}
	}
	if got := Words(APK, PIP); !slices.Equal(got, []string{"apk", "pip"}) {
		t.Errorf("%q", got)
	}
	for i, want := range map[Type]string{0: "invalid", Bool: "bool", String: "string", Number: "number", StringSet: "set(string)"} {
		if i.String() != want {
			t.Errorf("type %d is %s", i, i)
		}
	}
	for f, want := range map[Fact]string{{ServiceStarted, "a"}: "service.a.started", {ImageReady, "b"}: "image.b.ready", {"odd", "c"}: "odd.c"} {
		if f.String() != want {
			t.Errorf("%s, want %s", f, want)
		}
	}
}

func TestProject(t *testing.T) {
	for name, want := range map[string]string{"Exogenesis-Omega": "exogenesis-omega", "_-a_b": "a_b", "9x": "9x", "Ä b.c": "bc", "azAZ09": "azaz09", "--": ""} {
		if got := (&System{Name: name}).Project(); got != want {
			t.Errorf("%q is the project %q, want %q", name, got, want)
		}
	}
}

func TestText(t *testing.T) {
	a, b := &Secret{Name: "a"}, &Secret{Name: "b"}
	mixed := Text{{Text: "x"}, {Secret: b}, {Text: "y"}, {Secret: a}, {Secret: b}}
	if s, ok := mixed.Plain(); ok || s != "" {
		t.Errorf("%q is plain", s)
	}
	if got := mixed.Secrets(); !slices.Equal(got, []*Secret{b, a}) {
		t.Errorf("secrets %v", got)
	}
	if s, ok := (Text{{Text: "x"}, {Text: "y"}}).Plain(); !ok || s != "xy" {
		t.Errorf("%q, %v", s, ok)
	}
	if s, ok := PlainText("z").Plain(); !ok || s != "z" || PlainText("") != nil {
		t.Errorf("%q, %v", s, ok)
	}
}

func TestUp(t *testing.T) {
	test := &Healthcheck{Test: &ImageTest{}}
	for want, c := range map[Fact]struct {
		service *Service
		awaited bool
	}{
		{ServiceCompleted, "once"}:  {&Service{Name: "once", Oneshot: true, Healthcheck: test}, true},
		{ServiceHealthy, "healthy"}: {&Service{Name: "healthy", Healthcheck: test}, true},
		{ServiceStarted, "off"}:     {&Service{Name: "off", Healthcheck: &Healthcheck{Disable: true}}, false},
		{ServiceStarted, "plain"}:   {&Service{Name: "plain"}, false},
	} {
		if got := c.service.Up(); got != want {
			t.Errorf("%s is up when %s", c.service.Name, got)
		}
		got, ok := c.service.Awaited()
		if ok != c.awaited || ok && got != want {
			t.Errorf("%s is awaited: %s, %v", c.service.Name, got, ok)
		}
		if c.service.Host() != c.service.Name {
			t.Errorf("%s has the host name %s", c.service.Name, c.service.Host())
		}
	}
}

func TestServer(t *testing.T) {
	env := func(values ...string) *Instance {
		i := &Instance{}
		for n := 0; n < len(values); n += 2 {
			i.Env = append(i.Env, EnvVar{Name: values[n], Value: PlainText(values[n+1]), Range: hcl.Range{Filename: values[n]}})
		}
		return i
	}
	secret := func(name string) *Instance { return &Instance{SecretEnv: []SecretEnv{{Name: name}}} }
	for name, c := range map[string]struct {
		instance       *Instance
		ok             bool
		user, database string
	}{
		"defaults":         {env("POSTGRES_PASSWORD", "x"), true, "postgres", "postgres"},
		"a user":           {env("POSTGRES_USER", "u"), true, "u", "u"},
		"a database":       {env("POSTGRES_DB", "d", "OTHER", "x"), true, "postgres", "d"},
		"both":             {env("POSTGRES_DB", "d", "POSTGRES_USER", "u"), true, "u", "d"},
		"another image":    {env("OTHER", "x"), false, "", ""},
		"a password file":  {secret("POSTGRES_PASSWORD_FILE"), true, "postgres", "postgres"},
		"a user file":      {secret("POSTGRES_USER_FILE"), false, "", ""},
		"a database file":  {secret("POSTGRES_DB_FILE"), false, "", ""},
		"a secret user":    {&Instance{Env: []EnvVar{{Name: "POSTGRES_USER", Value: Text{{Secret: &Secret{}}}}}}, false, "", ""},
		"a secret besides": {&Instance{Env: []EnvVar{{Name: "POSTGRES_INITDB_ARGS", Value: Text{{Secret: &Secret{}}}}}}, true, "postgres", "postgres"},
	} {
		s, ok := (&Database{Service: &Service{Instances: []*Instance{c.instance}}}).Server()
		if ok != c.ok || ok && (s.User != c.user || s.Database != c.database) {
			t.Errorf("%s: %+v, %v", name, s, ok)
		}
		if ok && s.User == "u" && s.UserRange.Filename != "POSTGRES_USER" || ok && s.Database == "d" && s.DatabaseRange.Filename != "POSTGRES_DB" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	for _, db := range []*Database{{}, {Service: &Service{}}} {
		if _, ok := db.Server(); ok {
			t.Error("a server without a service")
		}
	}
}

func TestRanges(t *testing.T) {
	known, other := hcl.Range{Filename: "known"}, hcl.Range{Filename: "other"}
	r := Ranges{"a": known}
	if r.Of("a", other) != known || r.Of("b", other) != other || Ranges(nil).Of("a", other) != other {
		t.Error("a range isn't that of its attribute")
	}
	o := &InstructionOrigin{Range: other, At: r}
	if o.Of("a") != known || o.Of("b") != other || o.Where() != o {
		t.Error("a step's range isn't that of its attribute, or the step's")
	}
	if o := (Origin{Address: "x"}); o.Declaration() != o {
		t.Error("an object isn't declared where it is")
	}
}

func TestImageNames(t *testing.T) {
	for _, c := range []struct {
		image     Image
		reference string
		names     []string
		built     bool
	}{
		{Image{Tag: "a:1"}, "a:1", []string{"a:1"}, true},
		{Image{Tag: "a:1", Push: "r/a:1"}, "r/a:1", []string{"r/a:1", "a:1"}, true},
		{Image{Tag: "a:1", Push: "a:1"}, "a:1", []string{"a:1"}, true},
		{Image{Tag: "a:1", Pull: "a:1"}, "a:1", []string{"a:1"}, false},
	} {
		if c.image.Reference() != c.reference || !slices.Equal(c.image.Names(), c.names) || c.image.Built() != c.built {
			t.Errorf("%+v: %s, %q, built %v", c.image, c.image.Reference(), c.image.Names(), c.image.Built())
		}
	}
}

// TestBases: what an image takes files from, by a stage's base, a copy, a mount
// and a further context, each once.
func TestBases(t *testing.T) {
	a, b, c, d := &Image{Name: "a"}, &Image{Name: "b"}, &Image{Name: "c"}, &Image{Name: "d"}
	i := &Image{
		Stages: []*Stage{
			{FromDecl: b, Steps: []Instruction{&CopyInstruction{FromDecl: a}, &CopyInstruction{}, &AddInstruction{}}},
			{Steps: []Instruction{&RunInstruction{MountDecls: []*Image{b, c}}, &CopyInstruction{FromDecl: a}}},
		},
		Contexts: []*BuildContext{{Image: d}, {Source: "x"}, {Image: a}},
	}
	if got := i.Bases(); !slices.Equal(got, []*Image{b, a, c, d}) {
		t.Errorf("%v", got)
	}
}

// TestHealthWords: the scripts that ask are these, with every value quoted.
func TestHealthWords(t *testing.T) {
	sql := &SQLTest{Port: 5432, User: "it's", DBName: "d"}
	asked := *sql
	asked.Query, asked.Tables = "SELECT 1", []string{"s.t", "s.o'x"}
	for _, c := range []struct {
		test    HealthTest
		words   []string
		written string
	}{
		{&CommandTest{Exec: []string{"a", "b"}}, []string{"CMD", "a", "b"}, "a b"},
		{&ShellTest{Script: "a | b"}, []string{"CMD-SHELL", "a | b"}, "a | b"},
		{&HTTPTest{Port: 80, Path: "/x'y"}, []string{"CMD-SHELL", `if command -v curl >/dev/null 2>&1; then curl -fsS -o /dev/null 'http://127.0.0.1:80/x'\''y'; else wget -q -O /dev/null 'http://127.0.0.1:80/x'\''y'; fi`}, ""},
		{&TCPTest{Port: 81}, []string{"CMD-SHELL", `if command -v bash >/dev/null 2>&1; then bash -c '</dev/tcp/127.0.0.1/81'; else nc -z 127.0.0.1 81; fi`}, ""},
		{sql, []string{"CMD-SHELL", `pg_isready -q -h 127.0.0.1 -p 5432 -U 'it'\''s' -d 'd'`}, ""},
		{&asked, []string{"CMD-SHELL", `psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -h 127.0.0.1 -p 5432 -U 'it'\''s' -d 'd' -c 'SELECT 1' -c 'SELECT 1/(to_regclass('\''s.t'\'') IS NOT NULL)::int' -c 'SELECT 1/(to_regclass('\''s.o'\'''\''x'\'') IS NOT NULL)::int'`}, ""},
		{&ImageTest{}, nil, ""},
		{nil, nil, ""},
	} {
		h := &Healthcheck{Test: c.test}
		if got := h.Words(); !slices.Equal(got, c.words) {
			t.Errorf("%T: %q\nwant %q", c.test, got, c.words)
		}
		if got := h.Written(); got != c.written {
			t.Errorf("%T: written %q", c.test, got)
		}
	}
}
