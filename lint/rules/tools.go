package rules

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

var ruleUndeclaredTool = diag.Warning("OG818", "Undeclared tool",
	"A program that not every machine has may be missing in the middle of a deployment. List it in `tools`: deploy.sh checks those before the first action. Tools of POSIX and of every Linux, and docker, need no entry, nor do programs that a script checks with `command -v`.")

// everywhere are the programs and builtins that need no declaration: those of
// POSIX and coreutils, and docker, which every kit requires.
var everywhere = func() map[string]bool {
	set := map[string]bool{}
	for _, s := range strings.Fields(`
		. : [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill let local printf pwd read readonly
		return set shift source test time times trap true type ulimit umask unalias unset wait builtin declare typeset mapfile readarray shopt
		ar at awk basename batch bc c99 cal cat chgrp chmod chown cksum cmp comm compress cp crontab csplit cut date dd df diff dirname du ed env
		expand expr file find fold fuser gencat getconf grep egrep fgrep head iconv id join link ln locale localedef logger logname ls lsof man mesg mkdir
		mkfifo more mv newgrp nice nl nohup od paste patch pathchk pax pr ps renice rm rmdir sed sh sleep sort split strings stty tabs tail tee touch tput
		tr tsort tty uname unexpand uniq unlink uudecode uuencode vi wc who write xargs
		arch base32 base64 b2sum chroot dircolors factor groups hostid hostname install md5sum mktemp mknod nproc numfmt printenv ptx readlink realpath
		seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf stat stdbuf sum sync tac timeout truncate users which whoami yes
		tar gzip gunzip zcat clear free mount umount pgrep pkill killall
		docker apt-get apt yum dnf apk brew sudo`) {
		set[s] = true
	}
	delete(set, "lsof") // not in POSIX
	delete(set, "c99")
	return set
}()

// bringers are tools that install others, which an earlier action may run.
var bringers = map[string][]string{
	"rustup": {"cargo", "rustc", "rustfmt", "rustdoc"}, "cargo": {"rustc"}, "go": {"gofmt"}, "node": {"npm", "npx"}, "npm": {"node", "npx"}, "python3": {"pip", "pip3", "python"},
	"psql": {"pg_dump", "pg_restore", "pg_isready", "createdb"}, "java": {"javac", "jar"}, "nvm": {"node", "npm", "npx"},
}

// wrappers run the command in their operands; the number is how many operands
// come before it.
var wrappers = map[string]int{"env": 0, "nohup": 0, "nice": 0, "command": 0, "exec": 0, "time": 0, "xargs": 0, "timeout": 1, "sudo": 0, "stdbuf": 0}

// tool reports a program that may be missing on the machine.
func (w *walker) tool(c *syntax.CallExpr) {
	i := 0
	name := arg(c, 0)
	for {
		skip, ok := wrappers[name]
		if !ok {
			break
		}
		if name == "command" && strings.HasPrefix(arg(c, i+1), "-") {
			return
		}
		i++
		for ; i < len(c.Args); i++ {
			t, _ := literal(c.Args[i])
			if strings.HasPrefix(t, "-") {
				if t == "-n" || t == "-I" || t == "-P" || t == "-L" || t == "-s" || t == "-d" || t == "-u" || t == "-k" {
					i++
				}
				continue
			}
			if strings.Contains(t, "=") && name != "xargs" {
				continue
			}
			if skip == 0 {
				break
			}
			skip--
		}
		name = arg(c, i)
	}
	if w.printed {
		w.misspelled(c, name)
		return
	}
	if w.sources || name == "" || strings.ContainsAny(name, "/=${}*?~"+placeholder) || everywhere[name] || w.functions[name] || w.names.tools[name] {
		return
	}
	if name == w.shell {
		return
	}
	for _, t := range w.tools {
		if t.Name == name {
			return
		}
		for _, b := range bringers[t.Name] {
			if b == name {
				return
			}
		}
	}
	hint := ""
	if name == "docker-compose" {
		hint = " It is the old Compose V1, which few machines still have: write docker compose."
	}
	w.report(ruleUndeclaredTool, c.Pos(), name, "`%s` isn't on every machine, and nothing checks for it before the deployment starts.%s Add it to tools = [%q].", name, hint, name)
}
