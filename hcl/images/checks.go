package images

import (
	"slices"
	"strings"
)

// Checks are what a service is held against, besides what decides its defaults.
type Checks struct {
	// PortsComplete: Ports are all that it listens on unless ListenSettings, or a
	// file at ConfigPaths, say otherwise.
	PortsComplete bool     `json:"ports_complete,omitempty"`
	ConfigFlags   []string `json:"config_flags,omitempty"` // flags, or a variable, that name a file in the container: `--config.file`, `-c config_file=`; "": the first argument
	NeedsConfig   bool     `json:"needs_config,omitempty"` // it has no file at ConfigPaths, and exits without one
	Flags         *Flags   `json:"flags,omitempty"`
	HTTPPaths     []string `json:"http_paths,omitempty"` // that the server answers at

	FileForms      *FileForms `json:"file_forms,omitempty"`
	UnreadEnv      []string   `json:"unread_env,omitempty"`             // variables that people set, and that it doesn't read
	UnreadNote     string     `json:"unread_note,omitempty"`            // what they would set is set so
	RefusedEnv     []string   `json:"refused_env,omitempty"`            // variables with which it exits
	PrivateFileEnv []string   `json:"private_file_env,omitempty"`       // variables that take a file, with which it exits where others may read that
	RefusedAtFirst []string   `json:"refused_at_first_start,omitempty"` // NAME=VALUE, with which it exits on an empty data folder
	RefusedUsers   []string   `json:"refused_users,omitempty"`          // with which it exits
	DefaultLogin   *Login     `json:"default_login,omitempty"`
}

// Flags are the flags of the image's program, without dashes.
type Flags struct {
	Names  []string `json:"names"`
	Dashes string   `json:"dashes"` // before a flag: -- or -
	Source string   `json:"source"` // module@version:path
}

// Required are variables without which the image doesn't start: one of AnyOf,
// and all of AllOf. An entry is NAME, or NAME=VALUE, or "A or B".
type Required struct {
	AnyOf []string `json:"any_of,omitempty"`
	AllOf []string `json:"all_of,omitempty"`
	When  string   `json:"when"` // for people

	// What When says in a form that can be judged: it holds where If is set, none
	// of Unless is, and nothing is mounted at a path of UnlessMounted.
	If            string   `json:"if,omitempty"`
	Unless        []string `json:"unless,omitempty"` // as in AnyOf
	UnlessMounted []string `json:"unless_mounted,omitempty"`
	// FirstStart: only a start on an empty data folder needs them.
	FirstStart bool `json:"first_start,omitempty"`
	// Unjudged: a manifest alone doesn't tell whether When holds.
	Unjudged bool `json:"unjudged,omitempty"`
}

// FileForms are the variables that take the path of a file with the value, in
// so far as SecretEnv doesn't list them.
type FileForms struct {
	Prefix   string `json:"prefix"`   // of the variables that have Form; "": all
	Form     string `json:"form"`     // the name in place of NAME, such as NAME__FILE; "": those of SecretEnv alone
	Complete bool   `json:"complete"` // there are no others
	NotBoth  bool   `json:"not_both"` // the image exits where a variable and its file form are both set
}

// FileForm is the variable that takes a file in place of the variable name; ""
// where there is none, which is known only where the list is complete.
func (f *Facts) FileForm(name string) (form string, known bool) {
	if f == nil {
		return "", false
	}
	for _, suffix := range []string{"_FILE", "__FILE"} {
		if slices.Contains(f.SecretEnv, name+suffix) {
			return name + suffix, true
		}
	}
	x := f.FileForms
	if x == nil {
		return "", false
	}
	if x.Form != "" && strings.HasPrefix(name, x.Prefix) && f.fileFormOf(name) == "" {
		return strings.Replace(x.Form, "NAME", name, 1), true
	}
	return "", x.Complete
}

// ValueOf is the variable whose value the variable name takes as a file; ""
// where it isn't known to take one.
func (f *Facts) ValueOf(name string) string {
	if f == nil {
		return ""
	}
	if slices.Contains(f.SecretEnv, name) {
		return strings.TrimSuffix(strings.TrimSuffix(name, "FILE"), "_")
	}
	return f.fileFormOf(name)
}

// fileFormOf is the variable of which name is the pattern's form.
func (f *Facts) fileFormOf(name string) string {
	if f.FileForms == nil || f.FileForms.Form == "" {
		return ""
	}
	before, after, _ := strings.Cut(f.FileForms.Form, "NAME")
	of, ok := strings.CutPrefix(name, before)
	of, too := strings.CutSuffix(of, after)
	if !ok || !too || !strings.HasPrefix(of, f.FileForms.Prefix) {
		return ""
	}
	return of
}

// Refused says whether the image exits where the variable is set.
func (f *Facts) Refused(name string) bool { return f != nil && slices.Contains(f.RefusedEnv, name) }

// Login is an account that the image has until another one is set.
type Login struct {
	User     string   `json:"user"`
	Password string   `json:"password"`
	Unless   []string `json:"unless"` // variables that set or close it; a name may end in *
	Ports    []int    `json:"ports"`  // where it is asked
}
