package provider

import (
	"github.com/tokenwarden/tokenwarden/ingest/internal/ascii"
)

// modelFormats are the formats of AI models and their tools.
var modelFormats = []Format{
	// OpenAI, Anthropic, OpenRouter, Hugging Face, Groq, xAI, Perplexity, Replicate, Tavily, NVIDIA, LangSmith, Cerebras, Pinecone,
	// Jina, Fireworks, Together, ElevenLabs, Firecrawl, LlamaCloud and Langfuse docs on API keys. DeepSeek's are of the form sk- too.
	{"sk-proj-", "openai_key", ascii.Run, 40, 250, FDistinct},
	{"sk-svcacct-", "openai_key", ascii.Run, 40, 250, FDistinct},
	{"sk-admin-", "openai_key", ascii.Run, 40, 250, FDistinct},
	{"sk-None-", "openai_key", ascii.Run, 40, 250, FDistinct},
	{"sk-ant-", "anthropic_key", ascii.Run, 80, 130, FDistinct},
	{"sk-or-v", "openrouter_key", ascii.Run, 22, 72, FDistinct},
	{"sk-lf-", "langfuse_secret", ascii.Hex | ascii.Join, 36, 36, FDistinct},
	{"pk-lf-", "langfuse_public", ascii.Hex | ascii.Join, 36, 36, FDistinct | FPublic},
	{"sk-", "openai_key", ascii.Alnum, 32, 64, 0},
	{"sk-", "openai_key", ascii.Run, 48, 250, fRandom},
	{"hf_", "huggingface_token", ascii.Alnum, 34, 40, 0},
	{"api_org_", "huggingface_token", ascii.Alnum, 34, 40, FDistinct},
	{"gsk_", "groq_key", ascii.Alnum, 48, 60, 0},
	{"xai-", "xai_key", ascii.Run, 70, 120, 0},
	{"pplx-", "perplexity_key", ascii.Alnum, 40, 60, FDistinct},
	{"r8_", "replicate_token", ascii.Alnum, 37, 40, 0},
	{"tvly-", "tavily_key", ascii.Run, 20, 60, FDistinct},
	{"nvapi-", "nvidia_key", ascii.Run, 60, 80, FDistinct},
	{"lsv2_", "langsmith_key", ascii.Run, 30, 60, FDistinct},
	{"csk-", "cerebras_key", ascii.Alnum, 48, 48, fRandom},
	{"pcsk_", "pinecone_key", ascii.Alnum | ascii.Join, 60, 90, FDistinct},
	{"jina_", "jina_key", ascii.Run, 55, 70, fRandom},
	{"fw_", "fireworks_key", ascii.Alnum, 22, 24, fRandom},
	{"tgp_v1_", "together_key", ascii.Run, 43, 43, FDistinct},
	{"sk_", "elevenlabs_key", ascii.Hex, 48, 48, 0},
	{"fc-", "firecrawl_key", ascii.Hex, 32, 32, 0},
	{"llx-", "llamacloud_key", ascii.Alnum, 44, 52, fRandom},
	// Rules of kingfisher-rules 3.0.1, titus and Nosey Parker (testdata/rulesets, read in December 2026): Devin, MiniMax, Kimi,
	// Voyage, Weights & Biases, Cartesia, Friendli, Brave, Databento; Mixedbread, Helicone and Stack AI docs.
	{"apk_user_", "devin_key", ascii.Alnum, 120, 180, FDistinct | fB64},
	{"apk_", "devin_key", ascii.Alnum, 80, 104, fB64},
	{"cog_", "devin_token", ascii.Lower | ascii.Digit, 52, 52, fRandom},
	{"sk-api-", "minimax_key", ascii.Run, 60, 150, fRandom},
	{"pa-", "voyage_key", ascii.Run, 43, 43, fRandom},
	{"al-", "voyage_key", ascii.Run, 43, 43, fRandom},
	{"wandb_v1_", "wandb_key", ascii.Run, 77, 77, FDistinct},
	{"sk_car_", "cartesia_key", ascii.Alnum | ascii.Join, 20, 40, fRandom},
	{"flp_", "friendli_token", ascii.Alnum, 46, 46, fRandom},
	{"BSA", "brave_key", ascii.Run, 24, 40, fRandom},
	{"db-", "databento_key", ascii.Alnum, 29, 29, fRandom},
	{"mxb_", "mixedbread_key", ascii.Alnum, 32, 40, fRandom},
	{"sk-helicone-", "helicone_key", ascii.Run, 20, 80, FDistinct},
	// Kaggle, Context7, Anyscale, Modal, Neptune and Chutes docs on tokens.
	{"KGAT_", "kaggle_token", ascii.Hex, 32, 32, FDistinct},
	{"ctx7sk-", "context7_key", ascii.Hex | ascii.Join, 36, 36, FDistinct},
	{"esecret_", "anyscale_key", ascii.Alnum, 24, 40, fRandom},
	{"aph0_", "anyscale_key", ascii.Alnum, 40, 120, fRandom},
	{"as-", "modal_secret", ascii.Alnum, 22, 22, fRandom},
	{"eyJhcGlfYWRkcmVzcyI6", "neptune_token", ascii.Run, 80, 400, FDistinct | fB64},
	{"cpk_", "chutes_key", ascii.Alnum, 90, 110, fDots | fRandom},
}
