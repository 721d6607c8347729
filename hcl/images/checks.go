package images

import (
	"slices"
	"strings"
)

// Checks are facts against which a service is checked; they don't decide defaults.
type Checks struct {
	// PortsComplete: the image listens only on Ports, unless ListenSettings or a file at ConfigPaths say
	// otherwise.
	PortsComplete bool `json:"ports_complete,omitempty"`
	// ConfigFlags are flags, or a variable, that name a file in the container:
	// `--config.file`, `-c config_file=`; "" is the first argument.
	ConfigFlags []string `json:"config_flags,omitempty"`
	NeedsConfig bool     `json:"needs_config,omitempty"` // there is no file at ConfigPaths, and the image exits without one
	Flags       *Flags   `json:"flags,omitempty"`
	HTTPPaths   []string `json:"http_paths,omitempty"` // paths that the server answers

	FileForms      *FileForms `json:"file_forms,omitempty"`
	UnreadEnv      []string   `json:"unread_env,omitempty"`             // variables that people set, but that the image doesn't read
	UnreadNote     string     `json:"unread_note,omitempty"`            // how to set instead what they would set
	RefusedEnv     []string   `json:"refused_env,omitempty"`            // variables with which the image exits
	PrivateFileEnv []string   `json:"private_file_env,omitempty"`       // variables that take a file, with which the image exits if others may read the file
	RefusedAtFirst []string   `json:"refused_at_first_start,omitempty"` // NAME=VALUE, with which the image exits on an empty data folder
	RefusedUsers   []string   `json:"refused_users,omitempty"`          // with which the image exits
	DefaultLogin   *Login     `json:"default_login,omitempty"`
}

// Flags are the flags of the image's program, without dashes.
type Flags struct {
	Names  []string `json:"names"`
	Dashes string   `json:"dashes"` // before a flag: -- or -
	Source string   `json:"source"` // module@version:path
}

// Required are variables without which the image doesn't start: one of AnyOf, and all of AllOf. An
// entry is NAME, or NAME=VALUE, or "A or B".
type Required struct {
	AnyOf []string `json:"any_of,omitempty"`
	AllOf []string `json:"all_of,omitempty"`
	When  string   `json:"when"` // for people

	// A machine-readable version of When: it holds if If is set, none of Unless is, and nothing is mounted
	// at a path of UnlessMounted.
	If            string   `json:"if,omitempty"`
	Unless        []string `json:"unless,omitempty"` // as in AnyOf
	UnlessMounted []string `json:"unless_mounted,omitempty"`
	// FirstStart: only a start on an empty data folder requires them.
	FirstStart bool `json:"first_start,omitempty"`
	// Unjudged: the manifest alone doesn't decide whether When holds.
	Unjudged bool `json:"unjudged,omitempty"`
}

// FileForms are the variables that take the path of a file with the value, except those that SecretEnv
// lists.
type FileForms struct {
	Prefix   string `json:"prefix"`   // of the variables that have Form; "": all
	Form     string `json:"form"`     // the pattern, such as NAME__FILE; "": only those of SecretEnv
	Complete bool   `json:"complete"` // there are no others
	NotBoth  bool   `json:"not_both"` // the image exits if a variable and its file form are both set
}

// FileForm is the variable that takes a file in place of the variable name; "" if there is none, which
// is certain only if the list is complete.
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

// ValueOf is the variable whose value the variable name takes as a file; "" if none is known.
func (f *Facts) ValueOf(name string) string {
	if f == nil {
		return ""
	}
	if slices.Contains(f.SecretEnv, name) {
		return strings.TrimSuffix(strings.TrimSuffix(name, "FILE"), "_")
	}
	return f.fileFormOf(name)
}

// fileFormOf is the variable of which name is the file form, by the pattern.
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

// Refused reports whether the image exits if the variable is set.
func (f *Facts) Refused(name string) bool { return f != nil && slices.Contains(f.RefusedEnv, name) }

// Login is a default account, which exists until another one is set.
type Login struct {
	User     string   `json:"user"`
	Password string   `json:"password"`
	Unless   []string `json:"unless"` // variables that set or disable it; a name may end in *
	Ports    []int    `json:"ports"`  // where to log in
}

// ownPasswords are, by family, the variables with which the image's server sets a password or key of
// its own, when it starts with empty data or whenever it starts: any value will do. Those of PasswordEnv that
// are missing take one that another server or another company knows.
var ownPasswords = map[string][]string{
	"bitnami":          {"MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD", "POSTGRESQL_PASSWORD", "POSTGRESQL_POSTGRES_PASSWORD", "POSTGRES_PASSWORD", "REDIS_PASSWORD"},
	"clickhouse":       {"CLICKHOUSE_PASSWORD"},
	"elasticsearch":    {"ELASTIC_PASSWORD", "KEYSTORE_PASSWORD"},
	"gitea":            {"GITEA__security__SECRET_KEY"},
	"grafana":          {"GF_SECURITY_ADMIN_PASSWORD", "GF_SECURITY_SECRET_KEY"},
	"influxdb":         {"DOCKER_INFLUXDB_INIT_ADMIN_TOKEN", "DOCKER_INFLUXDB_INIT_PASSWORD"},
	"keycloak":         {"KC_BOOTSTRAP_ADMIN_PASSWORD", "KEYCLOAK_ADMIN_PASSWORD"},
	"mariadb":          {"MARIADB_PASSWORD", "MARIADB_REPLICATION_PASSWORD", "MARIADB_ROOT_PASSWORD", "MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD"},
	"minecraft-server": {"RCON_PASSWORD"},
	"minio":            {"MINIO_ACCESS_KEY", "MINIO_ROOT_PASSWORD", "MINIO_ROOT_USER", "MINIO_SECRET_KEY"},
	"mongo":            {"MONGO_INITDB_ROOT_PASSWORD"},
	"mongo-express":    {"ME_CONFIG_BASICAUTH_PASSWORD", "ME_CONFIG_SITE_SESSIONSECRET"},
	"mysql":            {"MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD"},
	"n8n":              {"N8N_ENCRYPTION_KEY"},
	"nextcloud":        {"NEXTCLOUD_ADMIN_PASSWORD"},
	"opensearch":       {"OPENSEARCH_INITIAL_ADMIN_PASSWORD"},
	"pgadmin4":         {"PGADMIN_DEFAULT_PASSWORD"},
	"pgvector":         {"POSTGRES_PASSWORD"},
	"pihole":           {"FTLCONF_webserver_api_password"},
	"postgis":          {"POSTGRES_PASSWORD"},
	"postgres":         {"POSTGRES_PASSWORD"},
	"rabbitmq":         {"RABBITMQ_DEFAULT_PASS"},
	"timescaledb":      {"POSTGRES_PASSWORD"},
	"vault":            {"VAULT_DEV_ROOT_TOKEN_ID"},
	"vaultwarden":      {"ADMIN_TOKEN"},
	"wordpress": {"WORDPRESS_AUTH_KEY", "WORDPRESS_AUTH_SALT", "WORDPRESS_LOGGED_IN_KEY", "WORDPRESS_LOGGED_IN_SALT",
		"WORDPRESS_NONCE_KEY", "WORDPRESS_NONCE_SALT", "WORDPRESS_SECURE_AUTH_KEY", "WORDPRESS_SECURE_AUTH_SALT"},
}

// SetsPassword reports whether the image's server sets a password or key of its own to the value of a
// variable.
func (f *Facts) SetsPassword(name string) bool {
	return f != nil && slices.Contains(ownPasswords[f.Family], name)
}
