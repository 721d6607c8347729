//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package lang_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/internal/lang"
)

func TestErrors(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"unknown attribute", "thing \"a\" {\n  strr = \"x\"\n}", `OG011 2:3 A ` + "`thing`" + ` block has no argument "strr". Did you mean "str"?`},
		{"unknown block", "thnig \"a\" {}\nthing \"b\" { one = thing.a }", `OG010 1:1 There is no block type "thnig". Did you mean "thing"?`},
		{"unknown reference", "thing \"alpha\" {}\nthing \"b\" { one = thing.alhpa }", `OG021 2:19 The manifest doesn't declare the thing "alhpa". Did you mean thing.alpha?`},
		{"unknown member", "thing \"alpha\" {}\nthing \"b\" { str = thing.alpha.sttr }", `OG022 2:30 thing.alpha has no attribute or nested block "sttr". Did you mean "str"?`},
		{"unknown root", "thing \"b\" { str = thin.alpha.sttr }", `OG020 1:19 Unknown name "thin". Did you mean thing.alpha?`},
		{"shell variable", "thing \"b\" { str = \"${HOME}\" }", `OG020 1:22 Unknown name "HOME". If ${…} is meant for the shell or another language, write $${HOME…}.`},
		{"shell default", "thing \"b\" { str = \"${HOME:-x}\" }", `OG001 1:26 Template interpolation doesn't expect a colon at this location. Did you intend this to be a literal sequence to be processed as part of another language? If so, you can escape it by starting with "$${" instead of just "${".`},
		{"duplicate", "thing \"b\" {}\nthing \"b\" {}", `OG015 2:1 thing "b" is already defined at main.hcl:1,1-10. Rename or remove one of the two.`},
		{"label", "thing \"1b\" {}\nthing \"c\" \"d\" {}", `OG013 2:1 A ` + "`thing`" + ` block has the form ` + "`thing \"NAME\" {`" + `, but this one has 2 labels.
OG014 1:7 "1b" is not a valid name of a ` + "`thing`" + ` block: it must start with a letter or underscore and contain only letters, digits, underscores and hyphens.`},
		{"missing", "thing \"b\" {\n part \"x\" {}\n}", `OG012 2:2 This ` + "`part`" + ` block requires the argument "port". Its port.`},
		{"cycle", "locals {\n  a = local.b\n  b = \"${local.c}\"\n  c = local.a\n}\nthing \"x\" { str = local.a }",
			`OG024 2:7 This value depends on itself: local.a needs local.b (main.hcl:2,7-14); local.b needs local.c (main.hcl:3,10-17); local.c needs local.a (main.hcl:4,7-14). Remove one of these references.`},
		{"cycle of exports", "thing \"x\" {\n str = thing.y.str\n}\nthing \"y\" {\n str = thing.x.str\n}",
			`OG024 2:8 This value depends on itself: thing.x.str needs thing.y.str (main.hcl:2,8-19); thing.y.str needs thing.x.str (main.hcl:5,8-19). Remove one of these references.`},
		{"wrong kind", "secret \"s\" {}\nthing \"x\" {\n one = secret.s\n many = [thing.x, \"thing\"]\n}", `OG025 3:8 secret.s is a secret, but a reference to a thing is required here.
OG025 4:19 A reference to a thing is required here, not a string. The manifest declares no thing "thing": declare it, and write thing.thing, without quotes.

Outside of the block:

  thing "thing" {}`},
		{"never", "thing \"x\" {\n str = thing.x.never\n}", `OG026 2:8 It never is.`},
		{"types", "thing \"x\" {\n int = 1.5\n dur = \"5\"\n yes = \"maybe\"\n strs = \"a\"\n map = []\n pick = \"gren\"\n str = [\"a\"]\n}",
			`OG027 4:8 The argument "yes" must be a bool, not a string.
OG027 5:9 The argument "strs" must be a list of strings, not a string. Write ["a"].
OG027 6:8 The argument "map" must be a map of strings, not a list.
OG027 8:8 The argument "str" must be a string, not a list.
OG028 2:8 The argument "int" must be a whole number.
OG028 3:8 The argument "dur" must be a duration with a unit: "5s" for seconds, "5m" for minutes.
OG028 7:9 "gren" is not a valid value of "pick"; use "red" or "green". Did you mean "green"?`},
		{"one root cause", "locals { a = nope }\nthing \"x\" {\n str = local.a\n int = local.a\n text = \"${local.a}\"\n}", `OG020 1:14 Unknown name "nope". If you meant a string, put it in quotes: "nope".`},
		{"secrets elsewhere", "secret \"s\" {}\nthing \"x\" {\n str = secret.s\n map = { a = \"x${secret.s}\" }\n text = upper(secret.s)\n env = { A = true ? secret.s : secret.s }\n any = { a = jsonencode(secret.s) }\n}",
			`OG031 3:8 secret.s can't be used in this value. Use a secret as ${secret.s} in an action's script or in the environment of an exposed service, or by itself in secret_env.
OG031 4:18 secret.s can't be used in this value. Use a secret as ${secret.s} in an action's script or in the environment of an exposed service, or by itself in secret_env.
OG031 5:15 secret.s can't be used in this value. Use a secret as ${secret.s} in an action's script or in the environment of an exposed service, or by itself in secret_env.
OG031 6:14 secret.s can't be used in this value. Use a secret as ${secret.s} in an action's script or in the environment of an exposed service, or by itself in secret_env.
OG031 7:25 secret.s can't be used in this value. Use a secret as ${secret.s} in an action's script or in the environment of an exposed service, or by itself in secret_env.`},
		{"state in a value", "state \"s\" {}\nthing \"x\" {\n yes = state.s\n str = \"${thing.x.ready}\"\n}",
			`OG030 3:8 state.s has a value only while planning. Use it only in precondition, condition, derived and effects, or, if it is a fact, in achieves and destroys.
OG030 4:8 thing.x.ready has a value only while planning. Use it only in precondition, condition, derived and effects, or, if it is a fact, in achieves and destroys.`},
		{"sensitive", "variable \"p\" {\n default = \"x\"\n sensitive = true\n}\nthing \"x\" {\n str = \"a${var.p}\"\n env = { A = var.p }\n int = var.p == \"x\" ? 1 : 2\n}",
			`OG032 6:8 The argument "str" depends on a sensitive variable. Use a secret, or declare the variable without ` + "`sensitive`" + `.
OG032 7:14 The entry "A" of "env" depends on a sensitive variable. Use a secret, or declare the variable without ` + "`sensitive`" + `.
OG032 8:8 The argument "int" depends on a sensitive variable. Use a secret, or declare the variable without ` + "`sensitive`" + `.`},
		{"for_each", "thing \"x\" { for_each = [\"a\"] }\nthing \"y\" { one = thing.x[\"a\"] }\nthing \"z\" { for_each = { \"a b\" = 1 } }",
			`OG033 1:24 The value is a list, but for_each requires a map or a set of strings: write toset([…]) if the elements are unique strings, or { for x in … : x.name => x }.
OG033 3:24 The key "a b" becomes part of a name, so it may contain only letters, digits, dots, underscores and hyphens.`},
		{"block as value", "thing \"x\" {\n str = thing.x\n any = [thing.x]\n num = thing.x + 1\n}", `OG034 2:8 thing.x is a whole thing, not a value. Use one of its attributes, such as thing.x.name.
OG034 2:8 thing.x is a whole thing, not a value. Use one of its attributes, such as thing.x.name.
OG034 3:8 thing.x is a whole thing, not a value. Use one of its attributes, such as thing.x.name.
OG034 4:8 thing.x is a whole thing, not a value. Use one of its attributes, such as thing.x.name.`},
		{"one forgotten quote", "thing \"b\" {\n  str = \"x\n}\nthing \"c\" {\n  str = \"y\"\n}\nthing \"d\" { str = \"z\" }",
			`OG001 2:11 The string lacks its closing quotation mark on this line. Write a string of several lines with \n, or as a heredoc: <<EOT.`},
		{"one forgotten equals sign", "thing \"b\" {\n  str nope.x\n}", `OG001 2:11 Either a quoted string block label or an opening brace ("{") is expected here.`},
		{"group as value", "thing \"x\" {\n part \"p\" { port = 1 }\n}\nthing \"y\" {\n str = thing.x.part\n map = { a = thing.x.part }\n}",
			`OG027 5:8 The argument "str" must be a string, not a map.
OG027 6:14 The entry "a" of "map" must be a string, not a map.`},
		{"infinity", "thing \"x\" {\n str = 1/0\n map = { a = -1/0 }\n}", `OG029 2:8 The argument "str" is infinite because of a division by zero.
OG029 3:14 The entry "a" of "map" is infinite because of a division by zero.`},
		{"undefined", "thing \"x\" {\n num = log(-1, 0)\n}", `OG029 2:8 Error in function call: Call to function "log" failed: the function is not defined for these arguments.`},
		{"instance name taken", "thing \"a\" { for_each = { \"b\" = 1 } }\nthing \"a-b\" {}\nthing \"c\" {\n str = thing.a[\"b\"].str\n one = thing.a[\"b\"]\n}",
			`OG015 1:13 The instance thing.a["b"] has the name "a-b", and so does the thing at main.hcl:2,1-12. Rename one of the two, or change the key.`},
		{"multiplied text", "locals {\n a = format(\"%9000d\", 1)\n b = join(\"\", [for x in range(1000): local.a])\n c = join(\"\", [local.b, local.b, local.b, local.b, local.b, local.b, local.b, local.b])\n d = join(\"\", [local.c, local.c])\n}",
			`OG005 4:6 This value is larger than 64 MB. Values that contain each other grow exponentially.`},
		{"multiplied lists", "locals {\n a = range(1000)\n b = [for x in range(1000): local.a]\n c = [local.b, local.b, local.b]\n}",
			`OG005 4:6 This value is larger than 64 MB. Values that contain each other grow exponentially.`},
		{"much of little", "locals {\n a = range(1000)\n b = setproduct(local.a, local.a, local.a)\n c = indent(1e9, \"x\")\n d = replace(format(\"%9000d\", 1), \" \", format(\"%9000d\", 1))\n e = formatlist(\"%99999d\", [1])\n}",
			`OG029 3:6 Error in function call: Call to function "setproduct" failed: the product has more than 1048576 elements.
OG029 4:13 Invalid function argument: Invalid value for "spaces" parameter: the spaces would take more than 64 MB.
OG029 5:6 Error in function call: Call to function "replace" failed: the result would take more than 64 MB.
OG029 6:18 Invalid function argument: Invalid value for "format" parameter: a width or precision can have at most four digits.`},
		{"YAML of nothing but aliases", "locals {\n a = yamldecode(\"a: &a [1,1,1,1,1,1,1,1,1,1]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\")\n b = yamldecode(join(\"\", [for x in range(1024): join(\"\", [for y in range(90): \"[\"])]))\n}",
			`OG029 2:18 Invalid function argument: Invalid value for "src" parameter: with its aliases expanded it has more than 1048576 parts.
OG029 3:17 Invalid function argument: Invalid value for "src" parameter: it is nested more than 1000 levels deep.`},
		{"unset variable", "variable \"p\" {}\nthing \"x\" { str = var.p }", `OG041 1:1 The variable "p" has no default and no value: set it with --var p=…, or add a default.`},
		{"instance names", "thing \"a\" { for_each = { \"b-c\" = 1 } }\nthing \"a-b\" { for_each = { \"c\" = 1 } }\nthing \"a-b-d\" {}\nthing \"a-b-e\" {}\nthing \"a-z\" { for_each = {} }",
			`OG015 2:15 The instance thing.a-b["c"] has the name "a-b-c", and so does the thing at main.hcl:1,1-10. Rename one of the two, or change the key.`},
		{"secret in data", "secret \"s\" {}\nthing \"a\" { any = { x = [secret.s] } }",
			`OG031 2:19 secret.s can't be used in this value. Use a secret as ${secret.s} in an action's script or in the environment of an exposed service, or by itself in secret_env.`},
		{"duplicate key", "thing \"x\" { env = { A = 1, \"A\" = 2 } }", `OG015 1:28 The key "A" is used twice; the other one is at main.hcl:1,21-22. Remove one of the two.`},
		{"null where a value is needed", "thing \"x\" {\n part \"p\" { port = null }\n one = null\n}", `OG012 2:20 The argument "port" is null here, but a ` + "`part`" + ` block requires it: Its port.`},
		{"unclosed block", "thing \"x\" {\n part \"p\" {\n  port = 1\n str = \"a\"\n}\nthing \"y\" {\n strr = \"b\"\n}\nlocals {\n a = nope\n}",
			`OG001 1:11 There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.
OG011 7:2 A ` + "`thing`" + ` block has no argument "strr". Did you mean "str"?
OG020 10:6 Unknown name "nope". If you meant a string, put it in quotes: "nope".`},
		{"no opening brace", "thing \"x\"\n str = \"a\"\n}\nlocals {\n a = 1\n}", `OG001 1:10 A block definition must have block content delimited by "{" and "}", starting on the same line as the block header.`},
		{"syntax error hides absences", "thing \"x\" {\n one = thing.y\n}\nthing \"y\" {\n str = \"\n}", `OG001 5:9 The string lacks its closing quotation mark on this line. Write a string of several lines with \n, or as a heredoc: <<EOT.`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, ds := run(tc.src, lang.Input{})
			if g := strings.Join(ds, "\n"); g != tc.want {
				t.Errorf("got\n%s\nwant\n%s", g, tc.want)
			}
		})
	}
}

// Long chains and thousands of mistakes neither exhaust the stack nor take
// more than linear time.
func TestScale(t *testing.T) {
	chain := func(format string, n int) string {
		var sb strings.Builder
		for i := range n {
			fmt.Fprintf(&sb, format, i, i+1)
		}
		return sb.String()
	}
	const n = 2500
	for name, tc := range map[string]struct {
		src  string
		want func(got, ds []string) bool
	}{
		"locals": {"locals {\n" + chain("  a%d = local.a%d\n", n) + fmt.Sprintf("  a%d = 7\n}\nthing \"x\" { int = local.a0 }\n", n),
			func(got, ds []string) bool { return len(ds) == 0 && got[0] == "x: int=7" }},
		"exports": {chain("thing \"t%d\" { num = thing.t%d.num }\n", n) + fmt.Sprintf("thing \"t%d\" { num = 7 }\n", n),
			func(got, ds []string) bool { return len(ds) == 0 && len(got) == n+1 }},
		"references": {"locals {\n" + chain("  a%d = [local.a%d]\n", n) + fmt.Sprintf("  a%d = thing.x\n}\nthing \"x\" { many = local.a0 }\n", n),
			func(got, ds []string) bool { return len(ds) == 0 && got[0] == "x: many=x" }},
		"texts": {"secret \"s\" {}\nlocals {\n" + chain("  a%d = \"${local.a%d}\"\n", n) + fmt.Sprintf("  a%d = secret.s\n}\nthing \"x\" { text = local.a0 }\n", n),
			func(got, ds []string) bool { return len(ds) == 0 && got[0] == "x: text=<s>" }},
		"a long cycle": {"locals {\n" + chain("  a%d = local.a%d\n", n) + fmt.Sprintf("  a%d = local.a0\n}\nthing \"x\" { int = local.a0 }\n", n),
			func(_, ds []string) bool { return len(ds) == 1 && strings.HasPrefix(ds[0], "OG024") }},
		"too deep": {"locals {\n" + chain("  a%d = local.a%d\n", 4*n) + fmt.Sprintf("  a%d = 7\n}\nthing \"x\" { many = local.a0 }\n", 4*n),
			func(_, ds []string) bool { return len(ds) > 0 && len(ds) < 10 && strings.HasPrefix(ds[0], "OG005") }},
		"unknown references": {chain("thing \"t%d\" { one = thing.u%d }\n", 8*n),
			func(_, ds []string) bool { return len(ds) == 8*n }},
		"unknown locals": {"locals {\n" + chain("  a%d = local.b%d\n", 8*n) + "}\n",
			func(_, ds []string) bool { return len(ds) == 8*n }},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got, ds := run(tc.src, lang.Input{})
			if !tc.want(got, ds) {
				if len(ds) > 3 {
					ds = ds[:3]
				}
				for i := range ds {
					ds[i] = ds[i][:min(len(ds[i]), 300)]
				}
				t.Errorf("%d things, %q", len(got), ds)
			}
			t.Log(time.Since(start))
		})
	}
}
