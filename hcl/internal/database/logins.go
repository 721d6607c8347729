package database

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// maxRoleName is the longest name of a role with two logins: PostgreSQL cuts names after 63 bytes, and
// a login's name is two longer.
const maxRoleName = 61

// logins checks the roles with a user: that deploy.sh can alternate their logins, and that services
// which get the password get the user too.
func logins(p *lang.Evaluation) {
	for _, b := range p.Blocks("database") {
		db, ok := b.Ref.(*manifest.Database)
		if !ok {
			continue
		}
		for _, k := range b.Blocks("role") {
			r, ok := k.Ref.(*manifest.Role)
			if !ok || !k.Has("user") || k.Failed("user", "password", "login") {
				continue
			}
			if text, at := unusable(p, db, k, r); text != "" {
				p.Errorf(ruleUser, at, "%s", text)
				continue
			}
			fixedUsers(p, r)
		}
	}
}

// unusable says why a role can't have two logins, and where; "" if it can.
func unusable(p *lang.Evaluation, db *manifest.Database, b *lang.Block, r *manifest.Role) (string, hcl.Range) {
	at := b.AttrRange("user")
	switch {
	case r.Password == nil:
		return "The role " + r.Name + " has a user but no password, so nothing could log in. Add a password = secret.NAME.", at
	case !r.Login:
		return "The role " + r.Name + " has a user but can't log in. Remove login = false, or the user.", at
	case r.User == r.Password:
		return "The role " + r.Name + " has the same secret as its user and its password. Declare a secret for each.", at
	case len(r.Name) > maxRoleName:
		return "The name of the role is too long: its logins are " + r.Logins()[0] + " and " + r.Logins()[1] + ", and PostgreSQL cuts names after 63 bytes. Shorten it to 61 bytes.", b.Range
	}
	if _, ok := r.User.From.(*manifest.GeneratedSecret); !ok {
		return r.User.Address + ", the user of the role " + r.Name + ", is from = \"" + r.User.From.Form() + "\", but deploy.sh itself sets its value: the name of the login that counts. Remove `from` and its argument.", at
	}
	for _, x := range []*manifest.Secret{r.User, r.Password} {
		uses := p.Manifest.UsesOf(x)
		others := append(slices.Clone(uses.Roles), uses.Logins...)
		if i := slices.IndexFunc(others, func(o *manifest.Role) bool { return o != r }); i >= 0 {
			return x.Address + " belongs to " + r.Address + ", whose logins alternate, and to " + others[i].Address + ": a rotation would change only one of them. Declare a secret of its own for each role.", at
		}
		if len(uses.Makers) > 0 {
			return x.Address + " is made by " + uses.Makers[0].Address + ", but deploy.sh itself sets the secrets of a role with a user. Remove it from `achieves`, or the user.", at
		}
	}
	for _, o := range db.Roles {
		if slices.Contains(r.Logins(), o.Name) {
			return o.Address + " has the name of a login that deploy.sh makes for " + r.Address + ". Rename it.", o.Range
		}
	}
	applied := manifest.Fact{Kind: manifest.DatabaseApplied, Name: db.Name}
	for _, a := range p.Manifest.Actions {
		if slices.ContainsFunc(a.Achieves, func(f manifest.FactRef) bool { return f.Fact == applied }) {
			return "The logins of the role " + r.Name + " are made when deploy.sh applies the schema, but " + a.Address + " applies " + db.Address + " instead. Remove that from `achieves`, or the user.", at
		}
	}
	return "", hcl.Range{}
}

// fixedUsers reports services that get a role's password, but not its user.
func fixedUsers(p *lang.Evaluation, r *manifest.Role) {
	reads := p.Manifest.UsesOf(r.User).Services
	for _, s := range p.Manifest.UsesOf(r.Password).Services {
		if slices.Contains(reads, s) {
			continue
		}
		at, name := s.Range, "DB_USER_FILE"
		for _, e := range s.Instances[0].SecretEnv {
			if e.Secret == r.Password {
				at = e.Range
				if n := strings.Replace(e.Name, "PASSWORD", "USER", 1); n != e.Name {
					name = n
				}
				break
			}
		}
		p.Errorf(ruleFixedUser, at, "%s gets %s, the password of the role %s, but not %s, its user: it would log in with a fixed name, while the name alternates between %s and %s. "+
			"Give it both, and let it read the user from there:\n  secret_env = { %s = %s, … }",
			s.Address, r.Password.Address, r.Name, r.User.Address, r.Logins()[0], r.Logins()[1], name, r.User.Address)
	}
}
