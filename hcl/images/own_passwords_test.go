package images

import (
	"slices"
	"testing"
)

// The variables with which a server sets a password of its own are known variables of its family.
func TestOwnPasswords(t *testing.T) {
	for family, names := range ownPasswords {
		for _, name := range names {
			known := false
			for _, f := range Families() {
				for _, v := range f.Versions() {
					known = known || v.Family == family && (slices.Contains(v.PasswordEnv, name) || v.ValueOf(name+"_FILE") == name)
				}
			}
			if !known {
				t.Errorf("%s: %s isn't a variable of any version", family, name)
			}
		}
	}
	for image, cases := range map[string]map[string]bool{
		"postgres:17.2":                   {"POSTGRES_PASSWORD": true, "POSTGRES_USER": false, "": false},
		"mysql:8.4":                       {"MYSQL_PASSWORD": true},
		"nextcloud:30":                    {"NEXTCLOUD_ADMIN_PASSWORD": true, "MYSQL_PASSWORD": false},
		"cloudflare/cloudflared:2025.2.0": {"TUNNEL_TOKEN": false},
		"example.org/unknown:1":           {"POSTGRES_PASSWORD": false},
	} {
		for name, want := range cases {
			if got := Lookup(image).SetsPassword(name); got != want {
				t.Errorf("%s sets %q: %v", image, name, got)
			}
		}
	}
}
