package lang_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// Every function is called once, as Terraform documents it.
func TestFunctions(t *testing.T) {
	cases := map[string]string{
		`abs(-2)`: "2", `ceil(1.2)`: "2", `floor(1.8)`: "1", `log(8, 2)`: "3", `max(1, 3, 2)`: "3", `min(1, 3)`: "1",
		`parseint("ff", 16)`: "255", `pow(2, 10)`: "1024", `signum(-4)`: "-1",
		`chomp("a\n")`: "a", `format("%03d|%s|%q", 7, "x", "y")`: `007|x|"y"`, `formatlist("a%s", ["x", "y"])[1]`: "ay",
		`indent(2, "a\nb")`: "a\n  b", `join("-", ["a", "b"])`: "a-b", `lower("AB")`: "ab", `upper("ab")`: "AB", `title("ab cd")`: "Ab Cd",
		`regex("[0-9]+", "a12b")`: "12", `length(regexall("[a-z]", "a1b"))`: "2", `replace("a.b.c", ".", "/")`: "a/b/c",
		`replace("a1b22", "/[0-9]+/", "#")`: "a#b#", `split(",", "a,b")[1]`: "b", `strrev("abc")`: "cba", `substr("hello", 1, 3)`: "ell",
		`trim("xxaxx", "x")`: "a", `trimprefix("abc", "a")`: "bc", `trimsuffix("abc", "c")`: "ab", `trimspace(" a ")`: "a",
		`startswith("abc", "ab")`: "true", `endswith("abc", "ab")`: "false", `strcontains("abc", "b")`: "true",
		`alltrue([true, false])`: "false", `anytrue([true, false])`: "true", `alltrue([])`: "true", `anytrue([])`: "false",
		`length(chunklist([1, 2, 3], 2))`: "2", `coalesce(null, "b")`: "b", `coalescelist([], ["x"])[0]`: "x", `length(compact(["a", "", "b"]))`: "2",
		`length(concat([1], [2, 3]))`: "3", `contains(["a"], "a")`: "true", `length(distinct(["a", "a"]))`: "1", `element(["a", "b"], 3)`: "b",
		`join("", flatten([["a"], ["b", ["c"]]]))`: "abc", `index(["a", "b"], "b")`: "1", `join("", keys({ b = 1, a = 2 }))`: "ab",
		`length("héllo")`: "5", `length({ a = 1 })`: "1", `length([1, 2])`: "2", `lookup({ a = "x" }, "b", "d")`: "d", `lookup({ a = "x" }, "a")`: "x",
		`join("", matchkeys(["i1", "i2"], ["a", "b"], ["b"]))`: "i2", `merge({ a = 1 }, { a = 2 }).a`: "2", `one(["x"])`: "x",
		`length(range(3))`: "3", `join("", reverse(["a", "b"]))`: "ba", `join("", setintersection(["a", "b"], ["b"]))`: "b",
		`length(setproduct(["a", "b"], ["c", "d"]))`: "4", `join("", setsubtract(["a", "b"], ["b"]))`: "a", `length(setunion(["a"], ["b"]))`: "2",
		`join("", slice(["a", "b", "c"], 1, 3))`: "bc", `join("", sort(["b", "a"]))`: "ab", `sum([1, 2.5])`: "3.5",
		`transpose({ a = ["x"], b = ["x"] }).x[1]`: "b", `join("", values({ a = "x", b = "y" }))`: "xy", `zipmap(["a"], ["x"]).a`: "x",
		`base64decode("YQ==")`: "a", `base64encode("a")`: "YQ==", `csvdecode("a,b\n1,2\n")[0].b`: "2", `jsondecode("[1]")[0]`: "1",
		`jsonencode({ b = [1, true, null], a = "<x>" })`: `{"a":"\u003cx\u003e","b":[1,true,null]}`, `urlencode("a b&c")`: "a+b%26c",
		`yamldecode("a: [1]").a[0]`: "1", `yamlencode({ a = 1 })`: "\"a\": 1\n",
		`basename("a/b")`: "b", `dirname("a/b")`: "a", `formatdate("YYYY", "2020-01-02T03:04:05Z")`: "2020",
		`timeadd("2020-01-02T03:04:05Z", "1h")`: "2020-01-02T04:04:05Z", `timecmp("2020-01-02T03:04:05Z", "2021-01-02T03:04:05Z")`: "-1",
		`uuidv5("dns", "a")`:        "4f3f2898-69e3-5a0d-820a-c4e87987dbce",
		`cidrhost("10.0.0.0/8", 5)`: "10.0.0.5", `cidrnetmask("10.0.0.0/8")`: "255.0.0.0", `cidrsubnet("10.0.0.0/8", 8, 2)`: "10.2.0.0/16",
		`cidrsubnets("10.0.0.0/8", 8)[0]`: "10.0.0.0/16",
		`can(nope.x)`:                     "false", `try(tonumber("x"), "d")`: "d", `tobool("true")`: "true", `tonumber("1.50")`: "1.5", `tostring(1)`: "1",
		`tolist(["a"])[0]`: "a", `tomap({ a = "x" }).a`: "x", `length(toset(["a", "a"]))`: "1",
		`nonsensitive(sensitive("x"))`: "x", `issensitive(sensitive("x"))`: "true",
		`md5("a")`: "0cc175b9c0f1b6a831c399e269772661", `sha1("a")`: "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8",
		`sha256("a")`: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", `length(sha512("a"))`: "128",
		`base64sha256("a")`: "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=", `length(base64sha512("a"))`: "88",
		`file("data/a.txt")`: "hello ${x}\n", `filebase64("data/a.txt")`: "aGVsbG8gJHt4fQo=", `fileexists("data/a.txt")`: "true",
		`join("", fileset("data", "a*.txt"))`: "a.txt", `templatefile("data/a.txt", { x = "you" })`: "hello you\n",
		`filemd5("data/a.txt") == md5(file("data/a.txt"))`: "true", `filesha1("data/a.txt") == sha1(file("data/a.txt"))`: "true",
		`filesha256("data/a.txt") == sha256(file("data/a.txt"))`: "true", `filesha512("data/a.txt") == sha512(file("data/a.txt"))`: "true",
		`filebase64sha256("data/a.txt") == base64sha256(file("data/a.txt"))`: "true",
		`filebase64sha512("data/a.txt") == base64sha512(file("data/a.txt"))`: "true",
	}
	called := map[string]bool{}
	for expr, want := range cases {
		if expr == `can(nope.x)` { // an undeclared name is an error even there, as in Terraform
			expr, want = `can(tonumber("x"))`, "false"
		}
		for _, n := range lang.FunctionNames() {
			if strings.Contains(expr, n+"(") {
				called[n] = true
			}
		}
		got, ds := run(fmt.Sprintf("thing \"x\" {\n  str = %s\n}", expr), lang.Input{})
		if len(ds) > 0 || len(got) != 1 || got[0] != "x: str="+want {
			t.Errorf("%s: got %q %q, want %q", expr, got, ds, want)
		}
	}
	for _, n := range lang.FunctionNames() {
		if !called[n] {
			t.Errorf("no case calls %s", n)
		}
	}
}

func TestFunctionErrors(t *testing.T) {
	for expr, want := range map[string]string{
		`timestamp()`:                      `no function named "timestamp"`,
		`uuid()`:                           `no function named "uuid"`,
		`bcrypt("x")`:                      `no function named "bcrypt"`,
		`format("%999999d", 1)`:            "at most four digits",
		`pow(10, 100000)`:                  "too large",
		`lookup({}, "a")`:                  "there is no default",
		`one(["a", "b"])`:                  "at most one element",
		`index(["a"], "b")`:                "item not found",
		`templatefile("data/a.txt", {})`:   `refers to "x"`,
		`templatefile("data/none", {})`:    "no such file",
		`templatefile("data/rec.txt", {})`: `no function named "templatefile"`,
		`file("data/bin")`:                 "UTF-8",
		`tonumber(var.pw)`:                 "sensitive",
	} {
		_, ds := run(fmt.Sprintf("variable \"pw\" {\n  default = \"hunter2\"\n  sensitive = true\n}\nthing \"x\" {\n  str = %s\n}", expr), lang.Input{})
		if len(ds) != 1 || !strings.Contains(ds[0], want) || strings.Contains(ds[0], "hunter2") {
			t.Errorf("%s: %q, want %q", expr, ds, want)
		}
	}
}

func TestVariables(t *testing.T) {
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"SIZE": "7", "HOME": "/root"}[name]
		return v, ok
	}
	decl := `variable "s" {
  type    = string
  default = "d"
}
variable "n" {
  type    = number
  default = 1
  env     = "SIZE"
  validation {
    condition     = var.n < 100
    error_message = "Too many: ${var.n}."
  }
}
variable "o" {
  type    = object({ a = optional(string, "x"), b = list(number) })
  default = { b = [] }
}
thing "x" {
  str = "${var.s} ${var.n} ${var.o.a} ${length(var.o.b)}"
}
`
	vars := func(kv ...string) lang.Input {
		in := lang.Input{LookupEnv: env}
		for i := 0; i < len(kv); i += 2 {
			in.Vars = append(in.Vars, lang.VarValue{Name: kv[i], Value: kv[i+1]})
		}
		return in
	}
	file := func(src string, kv ...string) lang.Input {
		in := vars(kv...)
		in.VarFiles = []lang.VarFile{{Name: "a.vars.hcl", Src: []byte("s = \"first\"\nn = 3\n")}, {Name: "b.vars.hcl", Src: []byte(src)}}
		return in
	}
	for _, tc := range []struct {
		name string
		in   lang.Input
		want string
	}{
		{"defaults", lang.Input{}, "x: str=d 1 x 0"},
		{"environment", vars(), "x: str=d 7 x 0"},
		{"command line", vars("n", "5", "s", "01", "o", `{ b = [1, 2], a = "y" }`), "x: str=01 5 y 2"},
		{"the last wins", vars("s", "a", "s", "b"), "x: str=b 7 x 0"},
		{"files", file("s = \"f\""), "x: str=f 3 x 0"},
		{"files and command line", file("o = { b = [1] }", "s", "c"), "x: str=c 3 x 1"},
		{"unknown", vars("sx", "1"), `OG040 0:0 --var sets the variable "sx", which the manifest doesn't declare. Did you mean "s"?`},
		{"unknown in a file", file("m = 1"), `OG040 1:1 The file b.vars.hcl sets the variable "m", which the manifest doesn't declare.`},
		{"wrong type", vars("n", "many"), `OG027 0:0 The variable "n" requires a value of the type number: this is a string.`},
		{"wrong element", vars("o", `{ b = ["x"] }`), `OG027 0:0 The variable "o" requires a value of the type object({a=string,b=list(number)}): element b 0: a number is required.`},
		{"not an expression", vars("o", `{ b = `), "OG001"},
		{"not constant", vars("o", `{ b = [var.n] }`), "OG029 1:8 The value of a variable must be constant, so it can't contain references. Use a local for computed values."},
		{"invalid", vars("n", "100"), "OG042 5:1 Too many: 100. (The condition at main.hcl:10,21-32 is false.)"},
		{"blocks in a file", file("x {}"), "OG010 1:1 A variables file contains only NAME = VALUE lines, not blocks."},
	} {
		got, ds := run(decl, tc.in)
		if len(ds) > 0 {
			got = ds
		}
		if g := strings.Join(got, "\n"); g != tc.want && !(len(tc.want) == 5 && strings.HasPrefix(g, tc.want)) {
			t.Errorf("%s: got %s, want %s", tc.name, g, tc.want)
		}
	}
}
