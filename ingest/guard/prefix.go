package guard

import "bytes"

// prefixes lists the distinctive prefixes: with 16 characters of mixed letters and digits behind, each begins a token and
// nothing else. The list is kept by hand, apart from the provider table of the search; ingest/credential's
// TestGuardFormats compares the two.
var prefixes = [...]string{
	// Source hosting, packages, builds.
	"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-",
	"glft-", "glimt-", "glagent-", "gloas-", "glsoat-", "glffct-", "glwt-", "npm_", "pypi-AgE", "rubygems_", "CLOJARS_",
	"dckr_pat_", "dckr_oat_", "ATATT3", "ATCTT3", "ATSTT3", "PMAK-", "PMAT-", "sgp_local_", "bkua_", "CCIPAT_", "CCIPRJ_",
	"zpka_", "s-s4t2ud-", "s-s4t2af-", "sm_aat_", "sm_pat_", "sm_sat_", "apify_api_", "ory_st_", "ory_pat_",
	"ory_at_", "ory_rt_", "snyk_rt_", "snyk_cs_", "GHSAT0AAAAAA", "bkaa_", "bkaj_", "bkar_", "bkct_", "bkpt_", "bkpat_", "bkps_",
	"packagist_ort_", "packagist_out_", "packagist_acs_", "packagist_ack_", "SWMTKN-1-", "SWMKEY-1-", "AIK_CI_", "AIK_SECRET_", "sktsec_",
	"dvc_server_", "flb_live_", "flb_test_", "vtwn_", "tr_dev_", "tr_prod_", "tr_stg_", "signkey-prod-", "signkey-test-",
	// Clouds, databases, observability, secret stores.
	"AKIA", "ASIA", "bedrock-api-key-", "IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "AIza", "GOCSPX-", "cfut_", "cfat_",
	"dop_v1_", "doo_v1_", "dor_v1_", "HRKU-", "tskey-", "fm1r_", "fm1a_", "pscale_tkn_", "pscale_pw_", "pscale_oauth_",
	"sbp_v0_", "sbp_oauth_", "sb_secret_", "mdb_sa_sk_", "CCDB1_", "glsa_", "eyJrIjoi", "NRAK-", "NRII-",
	"NRIQ-", "NRAA-", "NRRA-", "sntrys_", "sntryu_", "sntrya_", "sntryi_", "hcaik_", "hcxik_", "hcamk_", "xaat-", "xapt-",
	"ddpat_", "ddsat_", "ddapp_", "ops_eyJ", "AGE-SECRET-KEY-1", "twk1_", "px-api-", "px-dep-",
	"aoaAAAAA", "aorAAAAA",
	// Private keys: PEM in base64, by the words behind BEGIN.
	"LS0tLS1CRUdJTiBQUklWQVRFIEtF", "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRV", "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtF",
	"LS0tLS1CRUdJTiBEU0EgUFJJVkFURSBLRV", "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVE", "LS0tLS1CRUdJTiBFTkNSWVBURUQgUFJJVkFURSBLRV",
	"LS0tLS1CRUdJTiBQR1AgUFJJVkFURS",
	// Private keys: the start of the DER, and of OpenSSH's format.
	"b3BlbnNzaC1rZXktdjE", "MIIEvAIBADANBgkq", "MIIEvQIBADANBgkq", "MIIEvgIBADANBgkq", "MIIEvwIBADANBgkq", "MIIEwAIBADANBgkq",
	"MIIJQQIBADANBgkq",
	"MIIJQgIBADANBgkq", "MIIJQwIBADANBgkq", "MIIJRAIBADANBgkq", "MIIEogIBAAKCAQEA", "MIIEowIBAAKCAQEA", "MIIEpAIBAAKCAQEA",
	"MIIEpQIBAAKCAQEA", "MIIJJwIBAAKCAgEA", "MIIJKAIBAAKCAgEA", "MIIJKQIBAAKCAgEA", "MIIJKgIBAAKCAgEA", "MIGHAgEAMBMGByqGSM49",
	"MHcCAQEEI", "MC4CAQAwBQYDK2VwBCIEI",
	// Identities.
	"AMf-vB", "AgEDbG5k", "0201036c6e64", "5Aep861", "P0_eyJ", "P1_eyJ", "wrka-", "wrkaus-", "wrkaeu-", "wrkajp-", "wrkasg-", "wrkaau-",
	// Models.
	"sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", "sk-ant-", "sk-or-v", "sk-lf-", "hf_", "api_org_", "pplx-",
	"tvly-", "nvapi-", "lsv2_", "pcsk_", "tgp_v1_", "apk_user_", "wandb_v1_", "sk-helicone-",
	"KGAT_", "ctx7sk-", "eyJhcGlfYWRkcmVzcyI6",
	// Messaging, offices.
	"xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-", "xoxc-", "xoxd-", "xoxe-", "xapp-", "xwfp-", "xkeysib-",
	"xsmtpsib-", "lin_oauth_", "lin_wh_", "figd_", "tfp_", "CFPAT-", "pat-na1-", "pat-na2-", "pat-eu1-",
	"pat-ap1-", "fio-u-", "dnkey-", "os_v2_app_", "os_v2_org_", "eyJtaXJv", "nrt_", "RGAPI-", "sec-c-", "samsara_api_", "cal_live_", "gb_api_",
	// Payment, shops.
	"sk_live_", "sk_test_", "sk_prod_", "sk_sbox_", "rk_live_", "rk_test_", "rk_prod_", "whsec_", "sq0atp-", "sq0csp-",
	"pdl_live_apikey_", "pdl_sdbx_apikey_", "polar_oat_", "polar_pat_", "shpat_", "shpca_", "shppa_", "shpss_", "shpua_", "shptka_", "FLWSECK",
	"shippo_live_", "shippo_test_", "cs_live_", "cs_test_", "sq0atb-",
	"sq0csb-", "sq0cgp-", "aact_prod_", "aact_hmlg_", "ramp_sec_", "xnd_production_", "xnd_development_", "sup_sk_",
	"prtapi_",
}

// wordPrefixes lists prefixes that begin titles as well; the rest of a token must mix more.
var wordPrefixes = [...]string{
	"tk-us-", "essu_", "glc_", "access-production-", "access-development-", "access-sandbox-", "secret-live-", "secret-test-",
	"duffel_", "mergify_application_key_", "depot_org_", "depot_project_", "sk-api-", "sk_car_", "polar_at_", "ek_live_",
	"ek_test_", "pst_live_", "pst_test_", "Mid-server-", "mercury_production_", "mercury_sandbox_", "lin_api_",
}

// joinedPrefixes lists prefixes that end in a byte outside of the token alphabet, right before a token's long part.
var joinedPrefixes = [...]string{
	"ya29.", "SG.", "AQ.", "hvs.", "hvb.", "hvr.", "dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit.",
	".atlasv1.", "sl.u.", "dt0c01.", "amzn.mws.", "amzn1.oa2-cs.v1.", "Atza|", "Atzr|", "$production$", "$sandbox$", "sha256~",
	"v1.local.", "v2.local.", "v3.local.", "v4.local.", "v1.public.", "v2.public.", "v3.public.", "v4.public.", "k1.local.", "k2.local.",
	"k3.local.", "k4.local.", "k1.secret.", "k2.secret.", "k3.secret.", "k4.secret.", "api_live.", "api_live_us.", "api_live_ca.",
	"api_sandbox.", "eyJ0eXAiOiAiVENWMiJ9.", "snyk_uat.", "snyk_sat.", "mlsn.", "VF.DM.", "VF.WS.", "configcat-sdk-1/", "AstraCS:",
	"vk1.a.",
}

// prefix is the start of a token.
type prefix struct {
	text  string
	turns int // how often letters, digits and cases must alternate behind it, at least
}

// prefixesByFirst lists the prefixes by their first byte. prefixPairs is a bit set of their first two bytes.
var prefixesByFirst, prefixPairs = func() (t [256][]prefix, pairs [1 << 10]uint64) {
	add := func(p string, turns int) {
		t[p[0]] = append(t[p[0]], prefix{p, turns})
		k := uint(p[0])<<8 | uint(p[1])
		pairs[k/64] |= 1 << (k % 64)
	}
	for _, p := range prefixes {
		add(p, 2)
	}
	for _, p := range wordPrefixes {
		add(p, 5)
	}
	add(jwtStart, 0)
	return t, pairs
}()

// mayStart reports whether a prefix starts with c and d.
func mayStart(c, d byte) bool {
	k := uint(c)<<8 | uint(d)
	return prefixPairs[k/64]>>(k%64)&1 != 0
}

// joinedByEnd lists the joined prefixes by the byte before their last.
var joinedByEnd = func() (t [256][]string) {
	for _, p := range joinedPrefixes {
		c := p[len(p)-2]
		t[c] = append(t[c], p)
	}
	return t
}()

// joinedToken appends the token with the long part b[start:end] behind a joined prefix.
func joinedToken(b []byte, start, end int, dst []Span) []Span {
	if start < 2 {
		return dst
	}
	for _, p := range joinedByEnd[b[start-2]] {
		if bytes.HasSuffix(b[:start], []byte(p)) && countTurns(b[start:min(end, start+64)]) >= 3 {
			return append(dst, Span{start - len(p), end, "a provider's token"})
		}
	}
	return dst
}
