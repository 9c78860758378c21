package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// codeFormats are the formats of source hosting, packages, builds and the tools of developers.
var codeFormats = []Format{
	// GitHub blog: "Behind GitHub's new authentication token formats". GitHub changelog, April 2026: installation tokens are
	// ghs_, the app's id, _ and a JWT; user tokens are to follow.
	{"ghp_", "github_pat", ascii.Alnum, 36, 36, FDistinct | fCRC},
	{"gho_", "github_oauth", ascii.Alnum, 36, 36, FDistinct | fCRC},
	{"ghu_", "github_user", ascii.Run, 100, 1000, fDots},
	{"ghu_", "github_user", ascii.Alnum, 36, 36, FDistinct | fCRC},
	{"ghs_", "github_app", ascii.Run, 100, 1000, fDots},
	{"ghs_", "github_app", ascii.Alnum, 36, 255, FDistinct | fCRC},
	{"ghr_", "github_refresh", ascii.Alnum, 36, 76, FDistinct | fCRC},
	{"github_pat_", "github_pat", ascii.Alnum | ascii.Join, 82, 82, FDistinct},
	// GitLab docs: "Token overview", prefixes; handbook: "Routable tokens".
	{"glpat-", "gitlab_pat", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"gldt-", "gitlab_deploy", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glrt-", "gitlab_runner", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glrtr-", "gitlab_runner", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glcbt-", "gitlab_job", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glptt-", "gitlab_trigger", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glft-", "gitlab_feed", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glimt-", "gitlab_mail", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glagent-", "gitlab_agent", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"gloas-", "gitlab_oauth", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glsoat-", "gitlab_scim", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glffct-", "gitlab_flags", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"glwt-", "gitlab_workspace", ascii.Run, 20, 300, FDistinct | fDots | fRoutable},
	{"GR1348941", "gitlab_runner", ascii.Run, 20, 50, 0},
	// npm blog: "npm access tokens", the same checksum as GitHub's; PyPI help: "API tokens"; RubyGems guides: "API key"; Clojars
	// wiki: "Deploy tokens"; NuGet docs: "Scoped API keys"; crates.io: crates_io_database token prefix cio; Deno docs.
	{"npm_", "npm_token", ascii.Alnum, 36, 36, FDistinct | fCRC},
	{"pypi-AgE", "pypi_token", ascii.Run, 50, 1000, FDistinct},
	{"rubygems_", "rubygems_key", ascii.Hex, 48, 48, FDistinct},
	{"CLOJARS_", "clojars_token", ascii.Alnum, 60, 60, FDistinct},
	{"oy2", "nuget_key", ascii.Lower | ascii.Digit, 43, 43, fRandom},
	{"cio", "crates_token", ascii.Alnum, 32, 32, fRandom},
	{"ddp_", "deno_token", ascii.Alnum, 36, 40, fRandom},
	// Docker docs: "Personal access tokens", "Organization access tokens"; JFrog docs: "Reference tokens", "API key".
	{"dckr_pat_", "docker_pat", ascii.Run, 27, 32, FDistinct},
	{"dckr_oat_", "docker_oat", ascii.Run, 27, 64, FDistinct},
	{"cmVmd", "artifactory_token", ascii.Alnum, 59, 59, 0},
	{"AKCp", "artifactory_key", ascii.Alnum, 68, 70, 0},
	// Atlassian, Bitbucket, Postman, Sonar, Sourcegraph, ReadMe, Buildkite and CircleCI docs on API tokens.
	{"ATATT3", "atlassian_token", ascii.Run, 180, 260, FDistinct | fEquals},
	{"ATCTT3", "atlassian_token", ascii.Run, 180, 260, FDistinct | fEquals},
	{"ATSTT3", "atlassian_token", ascii.Run, 180, 260, FDistinct | fEquals},
	{"ATAT", "atlassian_token", ascii.Run, 100, 400, fEquals | fRandom},
	{"ATTA", "trello_token", ascii.Alnum, 72, 72, 0},
	{"ATBB", "bitbucket_password", ascii.Alnum, 32, 32, 0},
	{"BBDC-", "bitbucket_token", ascii.Alnum, 32, 80, fB64},
	{"PMAK-", "postman_key", ascii.Alnum | ascii.Join, 59, 59, FDistinct},
	{"PMAT-", "postman_token", ascii.Alnum, 26, 26, FDistinct},
	{"squ_", "sonar_token", ascii.Hex, 40, 40, 0},
	{"sqp_", "sonar_token", ascii.Hex, 40, 40, 0},
	{"sqa_", "sonar_token", ascii.Hex, 40, 40, 0},
	{"sgp_", "sourcegraph_token", ascii.Alnum | ascii.Join, 40, 64, 0},
	{"sgp_local_", "sourcegraph_token", ascii.Hex, 40, 40, FDistinct},
	{"rdme_", "readme_key", ascii.Alnum, 70, 70, 0},
	{"bkua_", "buildkite_token", ascii.Alnum, 40, 53, FDistinct},
	{"CCIPAT_", "circleci_token", ascii.Run, 40, 80, FDistinct},
	{"CCIPRJ_", "circleci_token", ascii.Run, 40, 80, FDistinct},
	// Octopus, Harness, Prefect, Infracost, Scalingo, Pulumi, LaunchDarkly and Zuplo docs on API keys. 42's API: client secrets.
	{"API-", "octopus_key", ascii.Upper | ascii.Digit, 26, 26, 0},
	{"pat.", "harness_token", ascii.Run, 68, 68, fDots | fRandom},
	{"sat.", "harness_token", ascii.Run, 68, 68, fDots | fRandom},
	{"pnu_", "prefect_key", ascii.Alnum, 36, 36, 0},
	{"pnb_", "prefect_key", ascii.Alnum, 36, 36, 0},
	{"ico-", "infracost_key", ascii.Alnum, 32, 32, fRandom},
	{"tk-us-", "scalingo_token", ascii.Run, 48, 48, FDistinct},
	{"pul-", "pulumi_token", ascii.Hex, 40, 40, 0},
	{"sdk-", "launchdarkly_key", ascii.Hex | ascii.Join, 36, 36, fRandom},
	{"zpka_", "zuplo_key", ascii.Alnum | ascii.Join, 41, 41, FDistinct},
	{"s-s4t2ud-", "intra42_secret", ascii.Hex, 64, 64, FDistinct},
	{"s-s4t2af-", "intra42_secret", ascii.Hex, 64, 64, FDistinct},
	// Snyk updates: the credentials of Snyk Apps.
	{"snyk_rt_", "snyk_refresh", ascii.Run, 40, 120, FDistinct},
	{"snyk_cs_", "snyk_secret", ascii.Run, 40, 120, FDistinct},
	// SettleMint docs: "Access tokens". Ory docs: "API tokens". Apify docs: "API token".
	{"sm_aat_", "settlemint_token", ascii.Alnum, 16, 16, FDistinct},
	{"sm_pat_", "settlemint_token", ascii.Alnum, 16, 16, FDistinct},
	{"sm_sat_", "settlemint_token", ascii.Alnum, 16, 16, FDistinct},
	{"apify_api_", "apify_token", ascii.Alnum, 36, 40, FDistinct},
	{"ory_st_", "ory_session", ascii.Alnum, 20, 64, FDistinct},
	{"ory_pat_", "ory_pat", ascii.Alnum, 20, 64, FDistinct},
	{"ory_at_", "ory_token", ascii.Run, 40, 100, FDistinct | fDots},
	{"ory_rt_", "ory_token", ascii.Run, 40, 100, FDistinct | fDots},
}
