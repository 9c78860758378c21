package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// businessFormats are the formats of business software: customers, support, forms, analytics, people, ticketing.
var businessFormats = []Format{
	// Rules of kingfisher-rules 3.0.1, titus and Nosey Parker (testdata/rulesets, read in December 2026): Airtable, Klaviyo,
	// WooCommerce, eBay, Coze, Wakatime, Onesignal, Miro, Canva, Nylas, Notion, Telnyx, ImageKit, Adafruit, Riot, Pubnub.
	{"oaa", "airtable_oauth", ascii.Run, 40, 400, fDots | fRandom},
	{"pk_", "klaviyo_key", ascii.Alnum, 34, 34, fRandom},
	{"cs_", "woocommerce_secret", ascii.Hex, 40, 40, 0},
	{"ck_", "woocommerce_key", ascii.Hex, 40, 40, 0},
	{"PRD-", "ebay_secret", ascii.Hex | ascii.Join, 28, 40, 0},
	{"SBX-", "ebay_secret", ascii.Hex | ascii.Join, 28, 40, 0},
	{"pat_", "coze_token", ascii.Alnum, 64, 64, 0},
	{"waka_", "wakatime_key", ascii.Alnum | ascii.Join, 36, 64, fRandom},
	{"os_v2_app_", "onesignal_key", ascii.Lower | ascii.Digit, 103, 103, FDistinct},
	{"os_v2_org_", "onesignal_key", ascii.Lower | ascii.Digit, 103, 103, FDistinct},
	{"eyJtaXJv", "miro_token", ascii.Run, 30, 130, FDistinct},
	{"cnvca", "canva_secret", ascii.Run, 51, 51, fRandom},
	{"nyk_", "nylas_key", ascii.Alnum | ascii.Join, 64, 70, fRandom},
	{"nrt_", "notion_refresh", ascii.Run, 40, 55, FDistinct},
	{"KEY", "telnyx_key", ascii.Run, 55, 55, fRandom},
	{"private_", "imagekit_key", ascii.Alnum, 27, 28, fB64 | fRandom},
	{"aio_", "adafruit_key", ascii.Alnum, 28, 28, fRandom},
	{"RGAPI-", "riot_key", ascii.Run, 36, 36, FDistinct},
	{"sec-c-", "pubnub_secret", ascii.Alnum, 48, 48, FDistinct | fB64},
	{"sub-c-", "pubnub_id", ascii.Hex | ascii.Join, 36, 36, FPublic},
	{"pub-c-", "pubnub_id", ascii.Hex | ascii.Join, 36, 36, FPublic},
	// Rules of kingfisher-rules 3.0.1, titus and Nosey Parker (testdata/rulesets, read in December 2026): Rootly, MailerSend, Samsara,
	// Retell, Cursor, Runway, Branch, redirect.pizza, Fullstory, Lichess, Labelbox, UpCloud, Canadian Notify, Voiceflow, Zoho.
	{"rootly_", "rootly_key", ascii.Hex, 64, 64, 0},
	{"mlsn.", "mailersend_token", ascii.Alnum, 30, 100, FDistinct},
	{"samsara_api_", "samsara_token", ascii.Alnum, 26, 32, FDistinct},
	{"key_", "api_key", ascii.Hex, 28, 128, 0},
	{"key_live_", "branch_key", ascii.Alnum, 16, 40, fRandom},
	{"key_test_", "branch_key", ascii.Alnum, 16, 40, fRandom},
	{"apikey_", "api_key", ascii.Hex, 64, 64, 0},
	{"rpa_", "runpod_key", ascii.Alnum, 30, 46, fRandom},
	{"na1.", "fullstory_key", ascii.Alnum, 20, 120, fB64 | fRandom},
	{"eu1.", "fullstory_key", ascii.Alnum, 20, 120, fB64 | fRandom},
	{"lip_", "lichess_token", ascii.Alnum | ascii.Join, 16, 60, fRandom},
	{"lio_", "lichess_token", ascii.Alnum | ascii.Join, 16, 60, fRandom},
	{"lbx_", "labelbox_key", ascii.Run, 43, 43, fRandom},
	{"rma_", "labelbox_key", ascii.Run, 43, 43, fRandom},
	{"ucat_", "upcloud_token", ascii.Alnum, 24, 32, fRandom},
	{"gcntfy-", "notify_key", ascii.Run, 73, 140, fRandom},
	{"VF.DM.", "voiceflow_key", ascii.Run, 30, 60, FDistinct | fDots},
	{"VF.WS.", "voiceflow_key", ascii.Run, 30, 60, FDistinct | fDots},
	{"1000.", "zoho_token", ascii.Hex, 65, 65, fDots},
	// Cal.com and incident.io docs on keys.
	{"cal_live_", "calcom_key", ascii.Hex, 32, 32, FDistinct},
	{"inc_live_", "incident_key", ascii.Alnum, 20, 64, fRandom},
}
