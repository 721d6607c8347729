package paths_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// copied describes what the kit has of the mounts of a manifest: files, and what each mount shows.
func copied(m *manifest.Manifest) string {
	var out []string
	for _, f := range m.Mounted {
		executable := ""
		if f.Executable {
			executable = "*"
		}
		out = append(out, fmt.Sprintf("%s%s(%s)", f.Path, executable, strings.Join(f.Mounts, " ")))
	}
	out = append(out, "|")
	for _, s := range m.Services {
		for _, x := range s.Instances[0].Mounts {
			out = append(out, x.Bind)
		}
	}
	out = append(out, "|")
	for _, u := range m.Paths {
		out = append(out, u.Path+": "+u.Why+";")
	}
	return strings.Join(out, " ")
}

func TestCopy(t *testing.T) {
	folder := func() fstest.MapFS {
		return fstest.MapFS{
			"conf/a.conf": {Data: []byte("a\r\n\x00")}, "conf/d/b.sh": {Data: []byte("#!/bin/sh\n"), Mode: 0o755}, "c.conf": {Data: []byte("c")},
			"keys/tls.key": {Data: []byte("x")}, "pem": {Data: []byte("-----BEGIN EC PRIVATE KEY-----\n")}, "large": {Data: make([]byte, 1<<20+1)}, "full": {Data: make([]byte, 1<<20)},
			".env": {Data: []byte("A=1\n")}, "web.list": {Data: []byte("A=1\n")}, "link": {Data: []byte("c.conf"), Mode: fs.ModeSymlink}, "socket": {Mode: fs.ModeSocket},
			"hollow/a": {Data: []byte("a")}, "hollow/empty": {Mode: fs.ModeDir}, "ign/x": {Data: []byte("x")}, "old/omegagen.lock.json": {Data: []byte("{}")}, "out/kit/docker-compose.yml": {},
			"sp /a": {Data: []byte("a")}, "back\\slash": {},
		}
	}
	for name, test := range map[string]struct{ mounts, want string }{
		"a file":              {`bind = "c.conf"`, `c.conf(service.s) | ./mounted/c.conf |`},
		"a folder":            {`bind = "./conf/"`, `conf/a.conf(service.s) conf/d/b.sh*(service.s) | ./mounted/conf |`},
		"of 1 MiB":            {`bind = "full"`, `full(service.s) | ./mounted/full |`},
		"larger":              {`bind = "large"`, `| ../../large | ../../large: "large" is larger than 1 MiB;`},
		"a private key":       {`bind = "pem"`, `| ../../pem | ../../pem: "pem" has a private key;`},
		"a folder with a key": {`bind = "keys"`, `| ../../keys | ../../keys: "keys/tls.key" is a private key;`},
		"an env_file":         {`bind = ".env"`, `| ../../.env | ../../.env: ".env" is an env_file;`},
		"another env_file":    {"bind = \"web.list\"\n}\nenv_file = [\"web.list\"]\nlabels = {", `| ../../web.list | ../../web.list: ; ../../web.list: "web.list" is an env_file;`},
		"a link":              {`bind = "link"`, `| ../../link | ../../link: "link" is a symbolic link;`},
		"a socket":            {`bind = "socket"`, `| ../../socket | ../../socket: "socket" isn't a regular file;`},
		"an empty folder":     {`bind = "hollow"`, `| ../../hollow | ../../hollow: it has an empty folder, which a kit can't have;`},
		"ignored":             {`bind = "ign"`, `| ../../ign | ../../ign: git ignores "ign/x";`},
		"another kit":         {`bind = "old"`, `| ../../old | ../../old: it has "old/omegagen.lock.json";`},
		"the kit is in it":    {`bind = "out"`, `| ../../out | ../../out: the kit is in it;`},
		"the folder":          {`bind = "."`, `| ../.. | ../..: the kit is in it;`},
		"absolute":            {`bind = "/etc/hosts"`, `| /etc/hosts | /etc/hosts: ;`},
		"elsewhere":           {`bind = "../c.conf"`, `| ../../../c.conf | ../../../c.conf: ;`},
		"copy = false":        {"bind = \"c.conf\"\ncopy = false", `| ../../c.conf | ../../c.conf: copy is false;`},
		"created":             {"bind = \"c.conf\"\ncreate = true", `| ../../c.conf | ../../c.conf: another mount may write there, or it may be missing;`},
		"an odd name":         {`bind = "back\\slash"`, `| ../../back\slash | ../../back\slash: the name "back\\slash" isn't possible on every system;`},
		"written elsewhere":   {"bind = \"conf/d\"\n}\nmount \"/w\" {\nbind = \"conf\"\nread_only = false", `| ../../conf/d ../../conf | ../../conf/d: another mount may write there, or it may be missing; ../../conf: ;`},
		"a file of another":   {"bind = \"conf\"\n}\nmount \"/w\" {\nbind = \"conf/a.conf\"\nread_only = true", `conf/a.conf(service.s) conf/d/b.sh*(service.s) | ./mounted/conf ./mounted/conf/a.conf |`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder()
			dir["main.hcl"] = &fstest.MapFile{Data: []byte("system \"s\" {}\nimage \"i\" {\n  pull = \"example.org/x:1\"\n}\nservice \"s\" {\n  image = image.i\n  mount \"/m\" {\n    read_only = true\n" + test.mounts + "\n  }\n}\n")}
			m, diags := loader.Load(loader.Input{FS: dir, Kit: loader.KitPlace{Path: "out/kit", Back: "../.."}, Ignored: func(name string) bool { return name == "ign/x" }})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if got := copied(m); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A kit beside its manifest needs no copies.
func TestNoCopy(t *testing.T) {
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"c.conf": {Data: []byte("c")},
		"main.hcl": {Data: []byte("system \"s\" {}\nimage \"i\" {\n  pull = \"example.org/x:1\"\n}\nservice \"s\" {\n  image = image.i\n  mount \"/m\" {\n    bind      = \"c.conf\"\n    read_only = true\n  }\n}\n")}}, Kit: loader.KitPlace{Path: ".", Back: "."}})
	if got := copied(m); diags.HasErrors() || got != "| c.conf | c.conf: ;" {
		t.Error(got, diags)
	}
}
