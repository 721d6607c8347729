package lang_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/zclconf/go-cty/cty"
)

// thing is the model object of the test vocabulary's blocks.
type thing struct {
	name, kind string
	got        []string
}

// vocabulary is a small language: things with every type of argument.
func vocabulary(out *[]*thing) lang.Package {
	return lang.Package{Specs: []*lang.BlockSpec{
		{
			Type: "thing", Labels: lang.Name1("Name."), ForEach: true, Doc: "A thing.",
			Attrs: []lang.Attr{
				{Name: "str", Type: lang.String}, {Name: "pick", Type: lang.String, Values: []string{"red", "green"}},
				{Name: "num", Type: lang.Number}, {Name: "int", Type: lang.Int}, {Name: "yes", Type: lang.Bool},
				{Name: "dur", Type: lang.Duration}, {Name: "size", Type: lang.Bytes}, {Name: "strs", Type: lang.Strings},
				{Name: "map", Type: lang.StringMap}, {Name: "text", Type: lang.Text}, {Name: "env", Type: lang.TextMap},
				{Name: "cmd", Type: lang.Command}, {Name: "any", Type: lang.Any}, {Name: "dflt", Type: lang.Int, Default: "7"},
				{Name: "one", Type: lang.RefTo("thing")}, {Name: "many", Type: lang.RefsTo("thing")},
				{Name: "facts", Type: lang.RefsTo("fact")}, {Name: "part", Type: lang.RefTo("part")},
				{Name: "secrets", Type: lang.RefMapTo("secret")}, {Name: "plan", Type: lang.Planning},
			},
			Blocks: []*lang.BlockSpec{{
				Type: "part", Labels: lang.Name1("Name."), Scoped: true, Doc: "A part.",
				Attrs:   []lang.Attr{{Name: "port", Type: lang.Int, Required: true, Doc: "Its port."}},
				Declare: func(b *lang.Block) any { b.ExportAttr("port", cty.Number); return &thing{name: b.Name, kind: "part"} },
			}},
			Declare: func(b *lang.Block) any {
				t := &thing{name: b.Name, kind: "thing"}
				b.ExportAttr("str", cty.String)
				b.ExportAttr("num", cty.Number)
				b.Export("never", func() (cty.Value, error) { return cty.NilVal, fmt.Errorf("It never is.") })
				b.Export("list", func() (cty.Value, error) { return cty.StringVal("a"), nil })
				b.ExportRef("ready", "fact", manifest.Fact{Kind: "thing.ready", Name: b.Name})
				*out = append(*out, t)
				return t
			},
			Decode: decodeThing,
		},
		{
			Type: "secret", Labels: lang.Name1("Name."), Doc: "A secret.",
			Declare: func(b *lang.Block) any { return &manifest.Secret{Name: b.Name} },
		},
		{
			Type: "state", Labels: []lang.Label{{Name: "name", Syntax: lang.Name}}, Doc: "A state.",
			Declare: func(b *lang.Block) any { return &manifest.State{Name: b.Name} },
		},
	}}
}

func decodeThing(b *lang.Block) {
	t := b.Ref.(*thing)
	add := func(name, format string, args ...any) {
		if b.Given(name) && !b.Failed(name) {
			t.got = append(t.got, name+"="+fmt.Sprintf(format, args...))
		}
	}
	add("str", "%s", b.String("str"))
	add("pick", "%s", b.String("pick"))
	if n := b.Number("num"); n != nil {
		add("num", "%s", n.RatString())
	}
	add("int", "%d", b.Int("int"))
	add("yes", "%t", b.Bool("yes"))
	add("dur", "%s", b.Duration("dur"))
	add("size", "%d", b.Bytes("size"))
	add("strs", "%q", b.Strings("strs"))
	for _, kv := range b.StringMap("map") {
		add("map", "%s:%s", kv.Key, kv.Value)
	}
	add("text", "%s", show(b.Text("text")))
	for _, e := range b.TextMap("env") {
		add("env", "%s:%s", e.Name, show(e.Value))
	}
	if c := b.Command("cmd"); c != nil {
		add("cmd", "%q%s", c.Exec, c.Shell)
	}
	add("any", "%v", b.Any("any"))
	if d := b.Int("dflt"); d != 7 {
		add("dflt", "%d", d)
	}
	if f, ok := lang.Ref[*thing](b, "one"); ok {
		add("one", "%s", f.Value.name)
	}
	for _, f := range lang.Refs[*thing](b, "many") {
		add("many", "%s", f.Value.name)
	}
	for _, f := range lang.Refs[manifest.Fact](b, "facts") {
		add("facts", "%s", f.Value)
	}
	if f, ok := lang.Ref[*thing](b, "part"); ok {
		add("part", "%s", f.Value.name)
	}
	for _, f := range lang.RefMap[*manifest.Secret](b, "secrets") {
		add("secrets", "%s:%s", f.Key, f.Value.Name)
	}
	for _, p := range b.Blocks("part") {
		t.got = append(t.got, fmt.Sprintf("part %s %d", p.Name, p.Int("port")))
	}
}

func show(t manifest.Text) string {
	s := ""
	for _, p := range t {
		if p.Secret != nil {
			s += "<" + p.Secret.Name + ">"
		} else {
			s += p.Text
		}
	}
	return s
}

// run evaluates a manifest of things; the first result has a line for each thing with output, the
// second one for each diagnostic.
func run(src string, in lang.Input) (things []string, diags []string) {
	in.FS = fstest.MapFS{"main.hcl": {Data: []byte(src)}, "data/a.txt": {Data: []byte("hello ${x}\n")}, "data/b.json": {Data: []byte(`{"k":[1,2]}`)}, "data/bin": {Data: []byte{0xff, 0}}, "data/rec.txt": {Data: []byte("${templatefile(\"data/rec.txt\", {})}")}}
	var out []*thing
	_, ds := lang.Run(in, []lang.Package{vocabulary(&out)})
	for _, t := range out {
		if len(t.got) > 0 {
			things = append(things, t.name+": "+strings.Join(t.got, " "))
		}
	}
	sort.Strings(things)
	return things, lines(ds)
}

func lines(ds hcl.Diagnostics) (out []string) {
	for _, d := range ds {
		at := ""
		if d.Subject != nil {
			at = fmt.Sprintf("%d:%d ", d.Subject.Start.Line, d.Subject.Start.Column)
		}
		out = append(out, diag.Code(d)+" "+at+d.Detail)
	}
	sort.Strings(out)
	return out
}

func TestValues(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"scalars", `thing "a" {
  str  = "x"
  pick = "red"
  num  = 0.1 + 0.2
  int  = "12"
  yes  = true
  dur  = "1d2h"
  size = "1.5KB"
}`, "a: str=x pick=red num=3/10 int=12 yes=true dur=26h0m0s size=1536"},
		{"collections", `thing "a" {
  strs = ["b", 1]
  map  = { y = 1, "x" = "z", n = null }
  cmd  = ["a", "b"]
  any  = { k = [1, true, null], "a b" = "c" }
}`, `a: strs=["b" "1"] map=x:z map=y:1 cmd=["a" "b"] any=map[a b:c k:[1/1 true <nil>]]`},
		{"CRLF", "thing \"a\" {\r\n  str = <<-EOT\r\n    x\r\n    y\r\n  EOT\r\n}\r\n", "a: str=x\ny\n"},
		{"null is absent", "thing \"a\" {\n  str = null\n  dflt = null\n  many = null\n}", "a: str= dflt=0"},
		{"locals and vars", `locals {
  a = local.b + 1
  b = var.n
}
variable "n" { default = 4 }
thing "a" { int = local.a }`, "a: int=5"},
		{"secrets in text", `secret "s" {}
locals {
  url = "u:${secret.s}@${local.h}" 
  h = "host"
}
thing "a" {
  text = "pre ${secret.s}${1 + 1} post"
  env = { A = "x", B = secret.s, C = local.url, D = 5, E = null }
  secrets = { F = secret.s }
}`, "a: text=pre <s>2 post env=A:x env=B:<s> env=C:u:<s>@host env=D:5 secrets=F:s"},
		{"references", `locals {
  r = thing.b
  rs = [for n in [thing.b, thing.c] : n if n.name != "b"]
}
thing "a" {
  one = local.r
  many = concat([thing.b], local.rs)
  facts = [thing.c.ready, thing.f["x"].ready]
  part = part.p
  part "p" { port = 1 }
}
thing "b" {
 one = true ? thing.a : thing.c
 part = thing.a.part.p 
 many = thing.*
 }
thing "c" { many = [thing.f, thing.f["y"]] }
thing "f" { 
for_each = { y = 2, x = 1 }
int = each.value
str = each.key
 }`, `a: one=b many=b many=c facts=thing.c.ready facts=thing.f-x.ready part=p part p 1
b: one=a many=a many=b many=c many=f-x many=f-y part=p
c: many=f-x many=f-y many=f-y
f-x: str=x int=1
f-y: str=y int=2`},
		{"exports", `thing "a" {
  str = "port ${thing.b.part.p.port} of ${thing.b.name}"
  num = thing.b.num
}
thing "b" {
  num = thing.a.part.q.port
  str = join(",", [for k in ["x"] : thing.f[k].str])
  part "p" { port = thing.a.part.q.port + 1 }
}
thing "f" { 
for_each = toset(["x"])
str = "f${each.key}"
}
thing "a2" { str = [for t in [thing.a, thing.b] : t.name if t.num == 5][0] }
thing "e" { int = length([for t in [thing.e, thing.b] : t.name]) }
`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.name == "exports" {
				tc.src = strings.Replace(tc.src, "num = thing.b.num\n}", "num = thing.b.num\n  part \"q\" { port = 5 }\n}", 1)
				tc.want = "a2: str=a\na: str=port 6 of b num=5 part q 5\nb: str=fx num=5 part p 6\ne: int=2\nf-x: str=fx"
			}
			got, ds := run(tc.src, lang.Input{})
			if len(ds) > 0 {
				t.Fatalf("diagnostics:\n%s", strings.Join(ds, "\n"))
			}
			if g := strings.Join(got, "\n"); g != tc.want {
				t.Errorf("got\n%s\nwant\n%s", g, tc.want)
			}
		})
	}
}
