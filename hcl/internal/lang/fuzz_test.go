package lang_test

import (
	"testing"
	"unicode/utf8"

	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// FuzzRun looks for inputs that panic, hang, or fail without a diagnostic.
func FuzzRun(f *testing.F) {
	for _, s := range []string{
		"thing \"a\" {\n  one = thing.a\n  str = \"${thing.a.name}\"\n}",
		"thing \"f\" {\n for_each = toset([\"a\", \"b\"])\n str = each.key\n many = [thing.f, thing.f[\"a\"], thing.*]\n}",
		"secret \"s\" {}\nlocals {\n u = \"a${secret.s}b\"\n}\nthing \"x\" {\n text = local.u\n env = { A = \"${local.u}\", B = null, (\"C\") = 1 }\n secrets = { X = secret.s }\n}",
		"variable \"v\" {\n type = object({ a = optional(number, 1), b = map(list(string)) })\n default = { b = {} }\n sensitive = true\n validation {\n condition = var.v.a > 0\n error_message = \"no\"\n }\n}\nthing \"x\" { int = var.v.a }",
		"locals {\n a = local.b\n b = [for x in local.c : x.y]\n c = local.a\n}\nthing \"x\" { any = local.a }",
		"thing \"x\" {\n one = true ? thing.y : thing.z\n part = part.p\n part \"p\" {\n port = thing.x.part.p.port\n }\n}",
		"state \"s\" {}\nthing \"x\" {\n plan = state.s && thing.x.ready\n yes = state.s\n facts = [thing.x.ready]\n}",
		"thing \"x\" {\n str = try(thing.x.never, can(nope), \"a\")\n num = 1e308 * 10\n any = { for k, v in thing.x : k => v if k != \"name\" }\n}",
		"thing \"x\" {\n str = <<-EOT\n  a %{ if true }${1 + 1}%{ endif ~}\n  EOT\n map = merge({ a = 1 }, { b = null })\n cmd = concat([\"a\"], tolist([\"b\"]))\n}",
		"thing \"x\" { any = [thing.x[*].name, thing.x.*.str, thing[\"x\"], each.key, replica.index] }",
		"locals {\n f = file(\"data/a.txt\")\n g = templatefile(\"data/a.txt\", { x = 1 })\n h = jsondecode(file(\"data/b.json\")).k[1]\n}\nthing \"x\" { str = \"${local.g}${local.h}\" }",
		"thing \"x\" { any = jsonencode(thing.x) }\nthing \"y\" { any = format(\"%#v %s\", thing.y, [thing.y]) }",
		"thing \"x\" {\n any = { for k, v in thing.x : k => k if k != \"name\" }\n map = { for k, v in thing.x : k => 1 }\n}",
		"variable \"v\" {\n type = object({ A = optional(number, number) })\n default = sensitive({})\n}",
		"thing \"x\" {\n map = thing.x\n strs = thing.x\n cmd = [thing.x]\n env = thing.x\n}",
		"variable \"v\" {\n validation {}\n}",
		"variable \"a\" {}\nvariable \"b\" { default = var.a }",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		in := lang.Input{Vars: []lang.VarValue{{Name: "v", Value: "{ b = { x = [\"1\"] } }"}, {Name: "a", Value: src}}}
		_, diags := run(src, in)
		for _, d := range diags {
			if !utf8.ValidString(d) && utf8.ValidString(src) {
				t.Errorf("%q", d)
			}
		}
	})
}
