package rules

import (
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var ruleMisspelledVariable = diag.Warning("OG866", "Misspelled variable of a server",
	"A server ignores a variable that it doesn't know, so the setting keeps its default. The variables of known images are those of their facts; those of the official database images and of Grafana, whose settings are GF_SECTION_KEY, are listed. A name that is one letter away from one of them, and that the command and scripts don't mention, is reported.")

// variables are what images read besides the variables of their facts. Sources: the images' entrypoints and, for Grafana,
// conf/defaults.ini of 11.6.
var variables = map[string]string{
	"postgres": "POSTGRES_DB POSTGRES_USER POSTGRES_PASSWORD POSTGRES_INITDB_ARGS POSTGRES_INITDB_WALDIR POSTGRES_HOST_AUTH_METHOD PGDATA",
	"mysql":    "MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD MYSQL_ROOT_PASSWORD MYSQL_ROOT_HOST MYSQL_ALLOW_EMPTY_PASSWORD MYSQL_RANDOM_ROOT_PASSWORD MYSQL_ONETIME_PASSWORD MYSQL_INITDB_SKIP_TZINFO",
	"mariadb": `MARIADB_DATABASE MARIADB_USER MARIADB_PASSWORD MARIADB_ROOT_PASSWORD MARIADB_ROOT_HOST MARIADB_ALLOW_EMPTY_ROOT_PASSWORD MARIADB_RANDOM_ROOT_PASSWORD MARIADB_INITDB_SKIP_TZINFO MARIADB_AUTO_UPGRADE
		MARIADB_DISABLE_UPGRADE_BACKUP MARIADB_PASSWORD_HASH MARIADB_ROOT_PASSWORD_HASH MARIADB_MYSQL_LOCALHOST_USER MARIADB_MYSQL_LOCALHOST_GRANTS MARIADB_HEALTHCHECK_GRANTS MARIADB_REPLICATION_USER
		MARIADB_REPLICATION_PASSWORD MARIADB_REPLICATION_PASSWORD_HASH MARIADB_MASTER_HOST MARIADB_MASTER_PORT MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD MYSQL_ROOT_PASSWORD MYSQL_ROOT_HOST
		MYSQL_ALLOW_EMPTY_PASSWORD MYSQL_RANDOM_ROOT_PASSWORD MYSQL_INITDB_SKIP_TZINFO`,
	"mongo":    "MONGO_INITDB_ROOT_USERNAME MONGO_INITDB_ROOT_PASSWORD MONGO_INITDB_DATABASE",
	"rabbitmq": "RABBITMQ_DEFAULT_USER RABBITMQ_DEFAULT_PASS RABBITMQ_DEFAULT_VHOST RABBITMQ_NODENAME RABBITMQ_ERLANG_COOKIE RABBITMQ_CONFIG_FILE RABBITMQ_CONFIG_FILES RABBITMQ_LOGS RABBITMQ_USE_LONGNAME",
}

// grafanaSettings are the sections of Grafana's configuration with their keys. OAuth providers share theirs.
const grafanaSettings = `paths: data temp_data_lifetime logs plugins provisioning permitted_provisioning_paths config home
server: protocol min_tls_version http_addr http_port domain enforce_domain root_url serve_from_sub_path router_logging static_root_path enable_gzip cert_file cert_key cert_pass certs_watch_interval socket socket_gid socket_mode cdn_url read_timeout
database: type host name user password url max_idle_conn max_open_conn conn_max_lifetime log_queries high_availability ssl_mode ssl_sni isolation_level ca_cert_path client_key_path client_cert_path server_cert_name path cache_mode wal query_retries transaction_retries instrument_queries migration_locking skip_migrations
remote_cache: type connstr prefix encryption
dataproxy: logging timeout dialtimeout keep_alive_seconds tls_handshake_timeout_seconds expect_continue_timeout_seconds max_conns_per_host max_idle_connections idle_conn_timeout_seconds send_user_header response_limit row_limit user_agent
analytics: enabled reporting_enabled reporting_distributor check_for_updates check_for_plugin_updates google_analytics_ua_id google_analytics_4_id google_tag_manager_id rudderstack_write_key feedback_links_enabled
security: disable_initial_admin_creation admin_user admin_password admin_email secret_key encryption_provider available_encryption_providers disable_gravatar data_source_proxy_whitelist disable_brute_force_login_protection brute_force_login_protection_max_attempts cookie_secure cookie_samesite allow_embedding strict_transport_security strict_transport_security_max_age_seconds strict_transport_security_preload strict_transport_security_subdomains x_content_type_options x_xss_protection content_security_policy content_security_policy_template content_security_policy_report_only csrf_trusted_origins csrf_additional_headers csrf_always_check angular_support_enabled
snapshots: enabled external_enabled external_snapshot_url external_snapshot_name public_mode remove_expired
dashboards: versions_to_keep min_refresh_interval default_home_dashboard_path
users: allow_sign_up allow_org_create auto_assign_org auto_assign_org_id auto_assign_org_role verify_email_enabled default_theme default_language home_page external_manage_link_url external_manage_link_name external_manage_info viewers_can_edit editors_can_admin user_invite_max_lifetime_duration login_hint password_hint hidden_users login_default_org_id last_seen_update_interval
auth: login_cookie_name disable_login login_maximum_inactive_lifetime_duration login_maximum_lifetime_duration token_rotation_interval_minutes disable_login_form disable_signout_menu signout_redirect_url oauth_auto_login oauth_state_cookie_max_age oauth_skip_org_role_update_sync oauth_login_error_message oauth_allow_insecure_email_lookup api_key_max_seconds_to_live sigv4_auth_enabled azure_auth_enabled
auth_anonymous: enabled org_name org_role hide_version device_limit
auth_basic: enabled password_policy
auth_proxy: enabled header_name header_property auto_sign_up sync_ttl whitelist headers headers_encoded enable_login_token
auth_ldap: enabled config_file allow_sign_up skip_org_role_sync sync_cron active_sync_enabled
auth_jwt: enabled enable_login_token header_name email_claim username_claim email_attribute_path username_attribute_path jwk_set_url jwk_set_file cache_ttl expect_claims key_file key_id role_attribute_path role_attribute_strict auto_sign_up url_login allow_assign_grafana_admin skip_org_role_sync
smtp: enabled host user password cert_file key_file skip_verify from_address from_name ehlo_identity starttls_policy enable_tracing
emails: welcome_email_on_sign_up templates_pattern content_types
log: mode level filters user_facing_default_error
log_console: level format
log_file: level format log_rotate max_lines max_size_shift daily_rotate max_days
alerting: enabled
unified_alerting: enabled disabled_orgs admin_config_poll_interval alertmanager_config_poll_interval ha_redis_address ha_listen_address ha_advertise_address ha_peers ha_peer_timeout ha_gossip_interval ha_push_pull_interval evaluation_timeout max_attempts min_interval execute_alerts
explore: enabled
metrics: enabled interval_seconds disable_total_stats basic_auth_username basic_auth_password
rendering: server_url callback_url concurrent_render_request_limit renderer_token
panels: disable_sanitize_html enable_alpha
plugins: enable_alpha app_tls_skip_verify_insecure allow_loading_unsigned_plugins plugin_admin_enabled plugin_admin_external_manage_enabled plugin_catalog_url plugin_catalog_hidden_plugins preinstall preinstall_disabled preinstall_async
feature_toggles: enable
live: max_connections allowed_origins ha_engine ha_engine_address
news: news_feed_enabled
public_dashboards: enabled
quota: enabled
default: app_mode instance_name
date_formats: default_timezone default_week_start full_date use_browser_locale`

const oauthKeys = `name icon enabled allow_sign_up auto_login client_id client_secret scopes empty_scopes auth_url token_url api_url teams_url allowed_domains allowed_groups allowed_organizations team_ids team_ids_attribute_path
	role_attribute_path role_attribute_strict org_mapping org_attribute_path groups_attribute_path allow_assign_grafana_admin skip_org_role_sync use_pkce use_refresh_token tls_skip_verify_insecure tls_client_cert tls_client_key tls_client_ca
	signout_redirect_url email_attribute_name email_attribute_path login_attribute_path name_attribute_path id_token_attribute_name auth_style hosted_domain force_use_graph_api domain_hint`

var grafanaVariables = sync.OnceValue(func() []string {
	names := strings.Fields("GF_INSTALL_PLUGINS GF_AWS_PROFILES GF_UID GF_GID")
	add := func(section, keys string) {
		for _, k := range strings.Fields(keys) {
			names = append(names, strings.ToUpper("GF_"+section+"_"+k))
		}
	}
	for _, line := range strings.Split(grafanaSettings, "\n") {
		section, keys, _ := strings.Cut(line, ":")
		add(section, keys)
	}
	for _, p := range strings.Fields("github gitlab google azuread okta grafana_com grafananet generic_oauth") {
		add("auth_"+p, oauthKeys)
	}
	return names
})

// readsVariables are the variables that the image is known to read.
func (r *running) readsVariables() []string {
	f := r.f
	out := slices.Concat(f.PasswordEnv, f.SecretEnv, f.SecretNameEnv, f.RefusedEnv, f.PrivateFileEnv, f.UnreadEnv)
	for _, v := range f.Volumes {
		out = append(out, v.Env)
	}
	for _, q := range f.RequiredEnv {
		for _, e := range slices.Concat(q.AllOf, q.AnyOf) {
			for _, one := range strings.Split(e, " or ") {
				name, _, _ := strings.Cut(one, "=")
				out = append(out, name)
			}
		}
	}
	of := f.Family
	if of == "pgvector" || of == "postgis" || of == "timescaledb" {
		of = "postgres"
	}
	own := strings.Fields(variables[of])
	if of == "grafana" {
		own = grafanaVariables()
	}
	for _, name := range own {
		out = append(out, name)
		if form, _ := f.FileForm(name); form != "" {
			out = append(out, form)
		}
	}
	return slices.DeleteFunc(out, func(n string) bool {
		return len(n) < 6 || strings.ToUpper(n) != n || !strings.Contains(n, "_") && n != "PGDATA"
	})
}

// meant is the variable of which a name is a slip; "" if it is none.
func (r *running) meant(i *manifest.Instance, name string) string {
	known := r.readsVariables()
	if slices.Contains(known, name) || r.f.Refused(name) || r.isIgnored(i, name) || r.mentions(i, name) {
		return ""
	}
	near := text.Slip(name, known)
	if near == "" || valueName(near) == valueName(name) {
		return "" // another report tells how the file is named
	}
	if text.Edits(name, near) > 1 {
		return ""
	}
	return near
}

// misspelledVariables reports slips in the names of variables.
func (r *running) misspelledVariables() (diags hcl.Diagnostics) {
	if r.f.Family == "" || len(r.f.Derived) > 0 {
		return nil
	}
	for _, i := range r.s.Instances {
		report := func(name string, at hcl.Range) {
			if near := r.meant(i, name); near != "" {
				diags = append(diags, ruleMisspelledVariable.At(at, "%s doesn't read %s, so the value has no effect.%s", r.s.Image.Tag, name, text.Suggestion(near)))
			}
		}
		for _, e := range i.Env {
			report(e.Name, e.Range)
		}
		for _, e := range i.SecretEnv {
			report(e.Name, e.Range)
		}
	}
	return diags
}
