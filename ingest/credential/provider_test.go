package credential

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
	"github.com/tokenwarden/tokenwarden/ingest/credential/internal/provider"
	"github.com/tokenwarden/tokenwarden/ingest/credential/synthetic"
	"github.com/tokenwarden/tokenwarden/ingest/guard"
	"github.com/tokenwarden/tokenwarden/ingest/record"
)

// TestStructures wants such tokens found exactly, where nothing else speaks for them.
func TestStructures(t *testing.T) {
	f := newTestFinder(t)
	for seed := range uint64(20) {
		for _, x := range provider.Structures {
			token := x.Example(newSynth(seed))
			escaped := credentialtest.Percent(token)
			for _, p := range []planted{
				{"query", record.KindTarget, "", "/x?q=" + escaped + "&page=2", 5, 5 + len(escaped)},
				{"path", record.KindTarget, "", "/x/" + escaped + "/y", 3, 3 + len(escaped)},
				{"header", record.KindHeader, "x-note", token, 0, len(token)},
			} {
				t.Run(fmt.Sprintf("%s/%s/%d", x.Kind, p.place, seed), func(t *testing.T) {
					fs := f.Find(recordOf(p.kind, p.name, p.text), nil)
					if len(fs) != 1 || fs[0].Kind != x.Kind || fs[0].Start != 15+p.start || fs[0].End != 15+p.end {
						t.Errorf("%d findings in %d bytes", len(fs), len(p.text))
					}
				})
			}
		}
	}
}

// TestChecksums wants a checksum that fails to lower the confidence and nothing else.
func TestChecksums(t *testing.T) {
	f, s := newTestFinder(t), newSynth(6)
	grafana := "gl" + "sa_" + s.of(alnum, 32)
	gitlab := "gl" + "pat-" + s.of(alnum, 36) + ".10"
	for _, c := range []struct {
		name, token string
		want        tokenwarden.Confidence
	}{
		{"Grafana", synthetic.Grafana(grafana), tokenwarden.ConfidenceHigh},
		{"Grafana, wrong", grafana + "_0123abcd", tokenwarden.ConfidenceMedium},
		{"GitLab", synthetic.GitLabRoutable(gitlab), tokenwarden.ConfidenceHigh},
		{"GitLab, wrong", gitlab + "0abcdef", tokenwarden.ConfidenceMedium},
		{"age, wrong", "AGE-" + "SECRET-KEY-1" + s.of(synthetic.Bech32, 58), tokenwarden.ConfidenceMedium},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, fs := redactField(f, record.KindTarget, "", "/x?q="+c.token)
			if len(fs) != 1 || fs[0].Confidence != c.want || strings.Contains(out, c.token[8:]) {
				t.Errorf("a token of %d bytes: %d findings", len(c.token), len(fs))
			}
		})
	}
}

// TestOrdinaryPrefixes wants texts that start as a provider's tokens do, and are none, to stay.
func TestOrdinaryPrefixes(t *testing.T) {
	f, g := newTestFinder(t), guard.New(guard.Options{})
	for _, text := range strings.Fields(`
		live_stream_of_the_championship_final live_chat_transcript_2024_11_23 live_pub_quiz_night test_results_for_release_2024
		test_suite_integration_postgres_15 test_pub_crawl_in_dublin cio-magazine-2024-annual-report cio100-symposium-awards
		oy2-helsinki-conference-2024 sk_SK_localized_strings_2024 sk-i18n-messages-bundle-2024 pk_2024_11_23_backup_full
		fw_update_router_v2_1_7_stable fc-barcelona-vs-real-madrid-2024 fc-koeln-eintracht-2024-11 dose-response-curve-analysis-2024
		dapibus-ac-facilisis-in-egestas AQEA-annual-general-meeting-2024 EAA-regulation-2024-1689-summary API-REFERENCE-GUIDE-EDITION-2
		API-2024-11-RELEASE-NOTES-FINAL SCW-CONFERENCE-2024 ATTA-CHAIR-COLLECTION-2024 ATBB-2024-programme-of-events A3-POSTER-PRINTING-2024-GLOSSY
		A3-LANDSCAPE-PDF-EXPORT-2024-11-23-15-04-05 AKID-HASSAN-TRAVEL-BLOG-POST-NUMBER-12 NRAL-2024 pat.example.com.2024-11-23.archive.tar.gz
		sat.observation.2024-11-23T10.00.00Z.level2 st.petersburg.hotels.2024.november st.louis-blues-schedule-2024-2025
		sdk-documentation-for-android-2024
		sdk-9.2.1-release-notes-android-arm64 ico-and-token-sales-in-2024-explained tk-us-market-overview-2024-report pnu_national_university_2024
		jina_embeddings_v3_comparison_2024 llx-runtime-linux-x86-64-2024 csk-cricket-team-squad-2024-ipl napi_rs_bindings_for_node_20
		vci_portfolio_fund_report_2024_q3 vcr_tapes_digitisation_service_2024 vca_awards_2024_nominees xau_usd_gold_price_chart_2024
		rnd_number_generator_test_2024 re_invent_2024_session_catalog hf_radio_frequency_bands_2024 cflt_quarterly_results_2024_q3
		essu_student_union_2024_election da2-damage-calculator-2024 pina_colada_recipe_2024_summer key-largo-florida-keys-hotels-2024
		secret-live-concert-recordings-2024 access-production-environment-2024-guide access-sandbox-organization-settings-page
		sha256~not-a-token-but-a-path-of-a-file base64:is-an-encoding-of-binary-data-to-text
		ext_js.grid.acceptance-tests.run-all-suites-nightly-2024
		sc_bern.fc.accra-lions.match-report-2024-11-23-final-score-2-1 glc_level_monitoring_diabetes_2024_guide sm_pat_rick_parade_2024
		ey-annual-report.ey-global-review-2024.pdf eyeglasses-for-men-2024.eyewear-collection-2024.html abc8Q~2024
		123456789012345|category-page-number-12-of-27-items 00Dresden!christmas-market-2024-opening-hours-and-stalls-map-of-the-old-town-square
		AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA v1.0-rc.1-linux-amd64-musl-static-build
		4b1d3f9a-0d3a-4f5b-8c7d-1e2f3a4b5c6d 4b1d0c55f7bc2a9b0e3b4b1d0c55f7bc2a9b0e3b 1/1234567890:30-hotels-in-berlin-mitte
		sk_car_rental_prices_in_bratislava_2024
		Mid-server-installation-guide-2024-washington polar_at_night_in_tromso_2024_guide_to_the_lights pst_live_stream_of_the_2024_election_night
		ek_live_music_2024_in_prague_and_brno sk-api-documentation-in-slovak-for-the-2024-release-of-the-portal-and-its-mobile-clients
		api_live.scores-for-the-premier-league-2024-season lin_api_documentation_for_developers_2024_second_edition
		mergify_application_key_rotation_guide_2024_edition
		v1.local.government.elections-2024-results-by-constituency-and-party-in-england-and-wales
		k4.local.network.printers-and-scanners-guide-2024-edition
		ST-12-street-map-of-the-old-town-2024 PT-100-personal-training-programme-2024 TGT-2024-target-corporation-annual-report-investors
		MDA-2024-media-development-authority-annual-report pi_day_celebration_secret_recipes_of_2024 order_2024_secret_santa_gift_ideas
		key_live_music_venues_in_london_2024 key_test_results_for_the_release_2024 key_findings_of_the_annual_report_2024_summary
		cs_department_course_catalog_2024_spring ck_editor_plugins_for_tables_2024_full pat_metheny_group_tour_dates_2024_europe
		al-andalus-architecture-and-gardens-of-spain-2024 pa-system-rental-prices-for-events-2024-berlin as-seen-on-tv-products-2024
		db-migration-guide-postgres-16-to-17 api-reference-for-the-payments-service-v2 mob-programming-handbook-2024-second-edition
		secret-garden-party-festival-line-up-2024-tickets secret_admin_panel_walkthrough_of_the_game_2024
		private_beach_villas_in_mallorca_2024_offers
		persona_production_company_credits_of_2024 org_chart_template_2024_powerpoint waka_waka_this_time_for_africa_2010_world_cup_song
		csa_craig_scanlan_adviser_2024_report ion_channels_of_the_cell_membrane_lecture_7_notes_2024
		odt_files_and_how_to_open_them_in_word_2024_edition
		token-ring-networks-and-their-history-in-the-1980s-explained-2024 hawk.eye.view.of.the.city.2024.panorama.jpg
		cr-2024-11-23-change-request-database
		BSA-scouting-merit-badge-requirements-2024 EXO-concert-seoul-2024-setlist-and-photos CAIS-2024-consortium-for-academic-information-systems
		KEY-LARGO-FLORIDA-HOTELS-2024-GUIDE-TO-THE-KEYS-AND-BEACHES-OF-THE-SOUTH PRD-2024-product-requirements-document
		STS.2024.conference.programme
		03A-floor-plan-of-the-exhibition-hall-2024 mercury_production_in_spain_by_year_1900_to_2024_statistics
		depot_project_management_handbook_2024_edition
		dbtc_conference_2024_schedule_of_talks_and_workshops mb_star_diagnostic_tool_sd_connect_c4_2024_manual
		cog_works_of_the_clock_tower_in_prague_2024_guided_tour
		rpa_tools_comparison_uipath_blue_prism_2024 lip_balm_reviews_2024_best_of_the_year prf_hormone_levels_in_2024_studies
		1000.ways-to-die.season-2-episode-14.subtitles 12|all-the-categories-of-the-online-shop-20 configcat-sdk-1/readme-for-the-developers-2024
		d41d8cd98f00b204e9800998ecf8427e.min.js MHcCAQ-2024-conference-programme
		0.A-letter-to-the-shareholders-of-the-company-2024.pdf tss_tariff_schedule_2024_summary_of_changes
		lbx_luggage_box_sizes_2024_comparison_of_the_brands`) {
		t.Run(text, func(t *testing.T) {
			for kind, place := range map[record.Kind][2]string{
				record.KindTarget: {"/x?q=", "&page=2"}, record.KindReferer: {"https://a.example/x/", "/y"},
				record.KindUserAgent: {"", " client/1.0"}, record.KindURL: {"/d/annual-", ".html"},
			} {
				before := place[0] + text + place[1]
				out, fs := redactField(f, kind, "", before)
				if out != before {
					t.Errorf("%s became %s: %s", before, out, fs[0].Reason)
				}
				if spans := g.Check([]byte(out), nil); len(spans) > 0 {
					t.Errorf("the guard caught %s: %s", out, spans[0].Reason)
				}
			}
		})
	}
}
