package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// moneyFormats are the formats of payment and shops.
var moneyFormats = []Format{
	// Stripe docs: "API keys"; Clerk's and Paystack's are of the same form. Publishable keys may be in clients.
	{"sk_live_", "stripe_key", ascii.Alnum, 10, 250, FDistinct},
	{"sk_test_", "stripe_test_key", ascii.Alnum, 10, 250, FDistinct},
	{"sk_prod_", "stripe_key", ascii.Alnum, 10, 250, FDistinct},
	{"sk_sbox_", "checkout_key", ascii.Alnum, 20, 60, FDistinct},
	{"rk_live_", "stripe_restricted", ascii.Alnum, 10, 250, FDistinct},
	{"rk_test_", "stripe_test_key", ascii.Alnum, 10, 250, FDistinct},
	{"rk_prod_", "stripe_restricted", ascii.Alnum, 10, 250, FDistinct},
	{"pk_live_", "stripe_publishable", ascii.Alnum, 10, 250, FDistinct | FPublic},
	{"pk_test_", "stripe_publishable", ascii.Alnum, 10, 250, FDistinct | FPublic},
	{"whsec_", "webhook_secret", ascii.Run, 24, 100, FDistinct | fEquals},
	// Mollie, Lob, GoCardless and YooKassa docs: live_ and test_ and 30, 35, 40 and 43 characters. Lob's live_pub_ are public.
	{"live_pub_", "lob_public", ascii.Hex, 31, 31, FDistinct | FPublic},
	{"test_pub_", "lob_public", ascii.Hex, 31, 31, FDistinct | FPublic},
	{"live_", "payment_key", ascii.Run, 30, 50, fRandom | fEquals},
	{"test_", "payment_key", ascii.Run, 30, 43, fRandom | fEquals},
	// Blockfrost docs: "Authentication": the network and 32 characters.
	{"mainnet", "blockfrost_key", ascii.Alnum, 32, 32, fRandom},
	{"preprod", "blockfrost_key", ascii.Alnum, 32, 32, fRandom},
	{"preview", "blockfrost_key", ascii.Alnum, 32, 32, fRandom},
	// Square docs: "Access tokens"; PayPal docs: "Access tokens"; Plaid, Stytch, Paddle and Polar docs.
	{"EAAA", "square_token", ascii.Run, 22, 64, fRandom},
	{"sq0atp-", "square_token", ascii.Run, 22, 22, FDistinct},
	{"sq0csp-", "square_secret", ascii.Run, 43, 43, FDistinct},
	{"sq0idp-", "square_app_id", ascii.Run, 22, 22, FDistinct | FPublic},
	{"A21AA", "paypal_token", ascii.Run, 80, 110, fRandom},
	{"access-production-", "plaid_token", ascii.Hex | ascii.Join, 36, 36, FDistinct},
	{"access-development-", "plaid_token", ascii.Hex | ascii.Join, 36, 36, FDistinct},
	{"access-sandbox-", "plaid_token", ascii.Hex | ascii.Join, 36, 36, FDistinct},
	{"secret-live-", "stytch_secret", ascii.Run, 30, 60, FDistinct | fEquals},
	{"secret-test-", "stytch_secret", ascii.Run, 30, 60, FDistinct | fEquals},
	{"pdl_live_apikey_", "paddle_key", ascii.Alnum | ascii.Join, 53, 53, FDistinct},
	{"pdl_sdbx_apikey_", "paddle_key", ascii.Alnum | ascii.Join, 53, 53, FDistinct},
	{"polar_oat_", "polar_token", ascii.Run, 20, 100, FDistinct},
	{"polar_pat_", "polar_token", ascii.Run, 20, 100, FDistinct},
	{"polar_at_", "polar_token", ascii.Run, 20, 100, fRandom},
	// Shopify docs: "Access tokens"; Flutterwave, EasyPost, Shippo and Duffel docs: "API keys".
	{"shpat_", "shopify_token", ascii.Hex, 32, 32, FDistinct},
	{"shpca_", "shopify_token", ascii.Hex, 32, 32, FDistinct},
	{"shppa_", "shopify_token", ascii.Hex, 32, 32, FDistinct},
	{"shpss_", "shopify_secret", ascii.Hex, 32, 32, FDistinct},
	{"shpua_", "shopify_token", ascii.Hex, 32, 32, FDistinct},
	{"shptka_", "shopify_token", ascii.Hex, 32, 32, FDistinct},
	{"FLWSECK", "flutterwave_secret", ascii.Run, 14, 60, FDistinct},
	{"FLWPUBK", "flutterwave_public", ascii.Run, 20, 60, FDistinct | FPublic},
	{"EZAK", "easypost_key", ascii.Run, 54, 54, 0},
	{"EZTK", "easypost_key", ascii.Run, 54, 54, 0},
	{"shippo_live_", "shippo_key", ascii.Hex, 40, 40, FDistinct},
	{"shippo_test_", "shippo_key", ascii.Hex, 40, 40, FDistinct},
	{"duffel_", "duffel_token", ascii.Run, 48, 52, FDistinct | fEquals},
	// Stripe docs: Checkout sessions, ephemeral keys, connection tokens. A session's id opens its page.
	{"cs_live_", "stripe_checkout", ascii.Alnum, 50, 120, FDistinct},
	{"cs_test_", "stripe_checkout", ascii.Alnum, 50, 120, FDistinct},
	{"ek_live_", "stripe_ephemeral", ascii.Alnum, 40, 200, FDistinct},
	{"ek_test_", "stripe_ephemeral", ascii.Alnum, 40, 200, FDistinct},
	{"pst_live_", "stripe_terminal", ascii.Alnum, 20, 120, FDistinct},
	{"pst_test_", "stripe_terminal", ascii.Alnum, 20, 120, FDistinct},
	// Square docs: sandbox and production secrets. Razorpay docs: "API keys".
	{"sq0atb-", "square_token", ascii.Run, 22, 22, FDistinct},
	{"sq0csb-", "square_secret", ascii.Run, 43, 43, FDistinct},
	{"sq0cgp-", "square_token", ascii.Run, 22, 22, FDistinct},
	{"rzp_live_", "razorpay_key", ascii.Alnum, 14, 14, FDistinct},
	{"rzp_test_", "razorpay_key", ascii.Alnum, 14, 14, FDistinct},
	// Rules of kingfisher-rules 3.0.1, titus and Nosey Parker (testdata/rulesets, read in December 2026): Asaas, Mercury, Ramp,
	// Xendit, Midtrans, Highnote, Checkout.com.
	{"aact_prod_", "asaas_key", ascii.Run, 20, 200, FDistinct},
	{"aact_hmlg_", "asaas_key", ascii.Run, 20, 200, FDistinct},
	{"mercury_production_", "mercury_token", ascii.Alnum | ascii.Join, 40, 80, fRandom},
	{"mercury_sandbox_", "mercury_token", ascii.Alnum | ascii.Join, 40, 80, fRandom},
	{"ramp_sec_", "ramp_secret", ascii.Alnum, 48, 48, FDistinct},
	{"ramp_id_", "ramp_id", ascii.Alnum, 40, 40, FDistinct | FPublic},
	{"xnd_production_", "xendit_key", ascii.Alnum, 56, 72, FDistinct},
	{"xnd_development_", "xendit_key", ascii.Alnum, 56, 72, FDistinct},
	{"xnd_public_", "xendit_public", ascii.Alnum | ascii.Join, 56, 90, FDistinct | FPublic},
	{"Mid-server-", "midtrans_key", ascii.Alnum | ascii.Join, 10, 40, 0},
	{"SB-Mid-server-", "midtrans_key", ascii.Alnum | ascii.Join, 10, 40, 0},
	{"Mid-client-", "midtrans_public", ascii.Alnum | ascii.Join, 10, 40, FDistinct | FPublic},
	{"sk_live_a2V5Xz", "highnote_key", ascii.Alnum, 69, 72, FDistinct | fB64},
	{"sk_", "checkout_key", ascii.Hex | ascii.Join, 36, 36, 0},
	// Klarna, SumUp, Shopify Partners docs on keys.
	{"klarna_live_api_", "klarna_key", ascii.Alnum, 40, 200, fB64 | fRandom},
	{"klarna_test_api_", "klarna_key", ascii.Alnum, 40, 200, fB64 | fRandom},
	{"sup_sk_", "sumup_key", ascii.Alnum, 32, 64, FDistinct},
	{"prtapi_", "shopify_partner", ascii.Hex, 32, 32, FDistinct},
}
