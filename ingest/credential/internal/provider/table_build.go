package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// buildFormats are the formats of builds, packages, containers, tests and feature flags.
var buildFormats = []Format{
	// GitHub: the token of a raw file, in the query of its address.
	{"GHSAT0AAAAAA", "github_raw", ascii.Upper | ascii.Digit, 20, 80, FDistinct},
	// Buildkite docs: "Token security", prefixes.
	{"bkaa_", "buildkite_token", ascii.Run, 75, 75, FDistinct},
	{"bkaj_", "buildkite_token", ascii.Run, 100, 400, FDistinct},
	{"bkar_", "buildkite_token", ascii.Run, 73, 73, FDistinct},
	{"bkct_", "buildkite_token", ascii.Run, 73, 73, FDistinct},
	{"bkpt_", "buildkite_token", ascii.Run, 100, 250, FDistinct},
	{"bkpat_", "buildkite_token", ascii.Run, 54, 54, FDistinct},
	{"bkps_", "buildkite_token", ascii.Run, 64, 64, FDistinct},
	// Rules of kingfisher-rules 3.0.1, titus and Nosey Parker (testdata/rulesets, read in December 2026): Packagist, Cloudsmith,
	// Docker Swarm, Deno, Aikido, Snyk, Mergify, StackHawk, CodeRabbit, Fleetbase, Dependency-Track, Ionic, Thunderstore, Val Town.
	{"packagist_ort_", "packagist_token", ascii.Hex, 68, 68, FDistinct},
	{"packagist_out_", "packagist_token", ascii.Hex, 68, 68, FDistinct},
	{"packagist_acs_", "packagist_secret", ascii.Hex, 64, 96, FDistinct},
	{"packagist_ack_", "packagist_key", ascii.Hex, 28, 32, FDistinct},
	{"csa_", "cloudsmith_key", ascii.Alnum, 36, 36, fRandom},
	{"SWMTKN-1-", "swarm_token", ascii.Lower | ascii.Digit | ascii.Join, 75, 100, FDistinct},
	{"SWMKEY-1-", "swarm_key", ascii.Alnum, 40, 50, FDistinct | fB64},
	{"ddo_", "deno_token", ascii.Alnum, 36, 36, fRandom},
	{"AIK_CI_", "aikido_token", ascii.Alnum, 20, 44, FDistinct},
	{"AIK_SECRET_", "aikido_secret", ascii.Alnum, 64, 64, FDistinct},
	{"AIK_CLIENT_", "aikido_client_id", ascii.Alnum, 24, 24, FDistinct | FPublic},
	{"snyk_uat.", "snyk_token", ascii.Run, 40, 120, FDistinct | fDots},
	{"snyk_sat.", "snyk_token", ascii.Run, 40, 120, FDistinct | fDots},
	{"mergify_application_key_", "mergify_key", ascii.Run, 40, 200, fRandom},
	{"hawk.", "stackhawk_key", ascii.Run, 41, 41, fDots | fRandom},
	{"cr-", "coderabbit_key", ascii.Hex, 58, 58, 0},
	{"flb_live_", "fleetbase_key", ascii.Alnum, 20, 64, FDistinct},
	{"flb_test_", "fleetbase_key", ascii.Alnum, 20, 64, FDistinct},
	{"odt_", "dependencytrack_key", ascii.Alnum, 32, 255, fRandom},
	{"ion_", "ionic_token", ascii.Alnum, 42, 42, fRandom},
	{"tss_", "thunderstore_token", ascii.Run, 20, 80, fRandom},
	{"vtwn_", "valtown_token", ascii.Run, 20, 80, FDistinct},
	// Feature flags and configuration: DevCycle, ConfigCat docs. Sourcegraph docs: tokens of its gateway.
	{"dvc_client_", "devcycle_client", ascii.Alnum | ascii.Join, 16, 64, FDistinct | FPublic},
	{"dvc_mobile_", "devcycle_client", ascii.Alnum | ascii.Join, 16, 64, FDistinct | FPublic},
	{"dvc_server_", "devcycle_key", ascii.Alnum | ascii.Join, 16, 64, FDistinct},
	{configCat, "configcat_key", ascii.Run, 45, 45, FDistinct | fB64},
	{"sgd_", "sourcegraph_token", ascii.Hex, 64, 64, 0},
	{"slk_", "sourcegraph_token", ascii.Hex, 64, 64, 0},
	// Services of development: Chromatic, Socket, E2B, Daytona, Browserbase, Depot, Trigger.dev and Inngest docs on keys.
	{"chpt_", "chromatic_token", ascii.Hex, 12, 16, FDistinct},
	{"sktsec_", "socket_key", ascii.Run, 40, 80, FDistinct},
	{"e2b_", "e2b_key", ascii.Hex, 40, 40, 0},
	{"dtn_", "daytona_key", ascii.Hex, 64, 64, 0},
	{"bb_live_", "browserbase_key", ascii.Run, 24, 40, fRandom},
	{"depot_org_", "depot_token", ascii.Alnum, 40, 80, FDistinct},
	{"depot_project_", "depot_token", ascii.Alnum, 40, 80, FDistinct},
	{"tr_dev_", "trigger_key", ascii.Alnum, 20, 24, FDistinct},
	{"tr_prod_", "trigger_key", ascii.Alnum, 20, 24, FDistinct},
	{"tr_stg_", "trigger_key", ascii.Alnum, 20, 24, FDistinct},
	{"signkey-prod-", "inngest_key", ascii.Hex, 64, 64, FDistinct},
	{"signkey-test-", "inngest_key", ascii.Hex, 64, 64, FDistinct},
}
