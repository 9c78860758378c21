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
	"ory_at_", "ory_rt_", "snyk_rt_", "snyk_cs_",
	// Clouds, databases, observability, secret stores.
	"AKIA", "ASIA", "bedrock-api-key-", "IQoJb3JpZ2lu", "FwoGZXIvYXdz", "FQoGZXIvYXdz", "AIza", "GOCSPX-", "cfut_", "cfat_",
	"dop_v1_", "doo_v1_", "dor_v1_", "HRKU-", "tskey-", "fm1r_", "fm1a_", "pscale_tkn_", "pscale_pw_", "pscale_oauth_",
	"sbp_v0_", "sbp_oauth_", "sb_secret_", "mdb_sa_sk_", "CCDB1_", "glsa_", "eyJrIjoi", "NRAK-", "NRII-",
	"NRIQ-", "NRAA-", "NRRA-", "sntrys_", "sntryu_", "sntrya_", "sntryi_", "hcaik_", "hcxik_", "hcamk_", "xaat-", "xapt-",
	"ddpat_", "ddsat_", "ddapp_", "ops_eyJ", "AGE-SECRET-KEY-1", "twk1_",
	// Models.
	"sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", "sk-ant-", "sk-or-v1-", "sk-lf-", "hf_", "api_org_", "pplx-",
	"tvly-", "nvapi-", "lsv2_", "pcsk_", "tgp_v1_",
	// Messaging, offices.
	"xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-", "xoxc-", "xoxd-", "xoxe-", "xapp-", "xwfp-", "xkeysib-",
	"xsmtpsib-", "lin_api_", "lin_oauth_", "lin_wh_", "figd_", "tfp_", "CFPAT-", "pat-na1-", "pat-na2-", "pat-eu1-",
	"pat-ap1-", "fio-u-", "dnkey-",
	// Payment, shops.
	"sk_live_", "sk_test_", "sk_prod_", "sk_sbox_", "rk_live_", "rk_test_", "rk_prod_", "whsec_", "sq0atp-", "sq0csp-",
	"pdl_live_apikey_", "pdl_sdbx_apikey_", "polar_oat_", "polar_pat_", "shpat_", "shpca_", "shppa_", "shpss_", "shpua_", "shptka_", "FLWSECK",
	"shippo_live_", "shippo_test_",
}

// wordPrefixes lists prefixes that begin titles as well; the rest of a token must mix more.
var wordPrefixes = [...]string{
	"tk-us-", "essu_", "glc_", "access-production-", "access-development-", "access-sandbox-", "secret-live-", "secret-test-",
	"duffel_",
}

// joinedPrefixes lists prefixes that end in a byte outside of the token alphabet, right before a token's long part.
var joinedPrefixes = [...]string{
	"ya29.", "SG.", "AQ.", "hvs.", "hvb.", "hvr.", "dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit.",
	".atlasv1.", "sl.u.", "dt0c01.", "amzn.mws.", "amzn1.oa2-cs.v1.", "Atza|", "Atzr|", "$production$", "$sandbox$", "sha256~",
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

// joinedToken appends the token with the long part b[start:end] behind a joined prefix.
func joinedToken(b []byte, start, end int, dst []Span) []Span {
	if start == 0 || b[start-1] != '.' && b[start-1] != '|' && b[start-1] != '$' && b[start-1] != '~' {
		return dst
	}
	for _, p := range joinedPrefixes {
		if bytes.HasSuffix(b[:start], []byte(p)) && countTurns(b[start:min(end, start+64)]) >= 3 {
			return append(dst, Span{start - len(p), end, "a provider's token"})
		}
	}
	return dst
}
