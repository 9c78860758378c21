package provider

import (
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// wordClass is what the words before a random part say about it, as bits.
type wordClass uint16

const (
	credentialWord wordClass = 1 << iota // it opens something
	roleWord                             // it is of an environment or of a client
	deployWord                           // the same, in names of images and builds too
	versionWord                          // it is of a region or a version
	resourceWord                         // it is the id of a resource
	opaqueWord                           // it is a digest, a cursor, a file: of any length
	upperWord                            // the words are capitals
	severalWords                         // there are more than one
	phraseWords                          // there are more than one that no list here holds
)

// wordClasses holds the words before random parts, in small letters.
var wordClasses = func() map[string]wordClass {
	t := map[string]wordClass{}
	for class, lists := range map[wordClass][]string{
		credentialWord: {credentialWords}, roleWord: {roleWords}, roleWord | deployWord: {deployWords},
		versionWord: {versionWords}, opaqueWord: {opaqueWords},
		resourceWord: {stripeIDs, modelIDs, identityIDs, cloudIDs, commerceIDs, officeIDs, resourceWords},
	} {
		for _, w := range strings.Fields(strings.Join(lists, " ")) {
			t[w] |= class
		}
	}
	return t
}()

// The words of credentials, and those that stand in tokens as often as in names: of environments and of clients. Chosen by
// hand after the prefixes of Formats; 2026-12-01.
const (
	credentialWords = `sk rk sec secret key keys apikey tok token tokens pat api oauth access refresh bearer rt ak priv private cred
		creds pass pwd whsec sig`
	roleWords    = `live sandbox sbx sbox auth sess session at sa svc bot client adm webhook hook whk`
	deployWords  = `test prod production dev stg staging srv app admin root agent deploy ci`
	versionWords = `eu us ap na uk de eu1 us1 us2 eu2 v1 v2 v3 t1 01 02`
)

// The words before public ids, by vendor, and common ones.
const (
	// Stripe API reference: the ids in the examples of each object.
	stripeIDs = `cus pi price ch in sub acct evt req seti pm si il ii txn po tr re dp card ba src tax rate promo coupon sched cn we
		plink link ca prv bpc fee py pyr txr topup tml tmr iauth ipi ich isp ic vs issfr rcpt mandate setatt fca file cs du`
	// OpenAI API reference; Anthropic API reference; Replicate, Hugging Face and LangSmith docs.
	modelIDs = `file asst run thread msg step batch ftjob vsfb resp chatcmpl cmpl modr call rs fc ft assistant proj project org toolu
		srvtoolu msgbatch skill container item conv eval`
	// Clerk, WorkOS, Auth0, Svix docs: KSUID and ULID behind the type.
	identityIDs = `user usr org orgmem orginv inv jwttmpl tmpl idn sms eml sia sua rdurl dmn organization event conn connection
		directory group profile invitation factor environment member ep endpoint message role perm ins instance`
	// Vercel, Render, Fly and AWS docs: ids of deployments, services and resources (AWS: "Resource IDs").
	cloudIDs = `dpl prj team deployment edge config icfg ecfg env dep evm cron job pre dpg red crn wfr own node vol snap subnet vpc sg
		ami eni igw rtb i eipalloc vpce acl nat lt fs dopt tgw eks asg pod pvc csi vm disk machine app srv`
	// Paddle, Lemon Squeezy, Shopify and Square docs; Linear, Typeform, Resend, Segment and Snowplow docs.
	commerceIDs = `ctm pri add biz dsc ntf ntfset rep adj wh order ord sku cart ship shipment parcel label tracker payment transfer
		refund invoice customer cust account acc listing booking checkout subscription plan product variant`
	officeIDs = `form response ticket survey page site asset media doc document post comment cmt list lst board workspace ws note task
		tsk space folder channel cnv conversation email mail contact`
	// Common nouns and their abbreviations before ids.
	resourceWords = `ln id uid uuid guid ref obj object itm grp entity record row rec trace span correlation request batch upload download
		device session sess client visitor view click tx transaction blk pg prt ast act crd tkt build release version rev branch commit
		git course lesson game match player movie song track album artist place location store vendor supplier company lead deal
		campaign ad ads exp experiment flag feature hub lib pkg package image img photo video audio`
	// Words before publishable keys, digests, cursors, names of files and challenges, of any length.
	opaqueWords = `pk pub pubkey public publishable sha1 sha256 sha384 sha512 sha md5 crc etag digest hash checksum integrity nonce
		cursor next prev after before state diff css js gen tbn wamid cache cached lb urn chunk bundle main vendor runtime styles style
		theme script index static assets fragments merged compiled optimized autoptimize mp mixpanel part chunklist segment etc photo
		image img thumb thumbnail avatar icon logo meeting enc banner home about contact login logout product products category search
		results polyfills common shared framework vendors server pages sections summary manual report reports backup export archive
		dump snapshot hero header footer font layout blob ss and android ios kb`
)

// saidBy returns what the words of head say, which ends in a separator. A word of a client or an environment that is a
// resource too (client, prod) is one where it stands alone: beside another word it is a part of a token's prefix.
func saidBy(head []byte) wordClass {
	var says wordClass
	words, plain, unknown := 0, 0, 0 // plain ones name no resource
	for i := 0; i < len(head); words++ {
		j := i
		var word [maxHeadWord + 2]byte
		for j < len(head) && ascii.IsAlnum(head[j]) && j-i < len(word) {
			word[j-i] = ascii.ToLower(head[j])
			j++
		}
		class := wordClasses[string(word[:j-i])]
		if class&resourceWord == 0 || class&roleWord != 0 && words > 0 {
			plain++
		}
		if class == 0 {
			unknown++
		}
		says |= class
		i = j + 1
	}
	if says&roleWord != 0 && words > 1 && plain > 0 {
		says &^= resourceWord
	}
	if words > 1 {
		says |= severalWords
	}
	if unknown > 1 {
		says |= phraseWords
	}
	if ascii.IsUpper(head[0]) {
		says |= upperWord
	}
	return says
}
