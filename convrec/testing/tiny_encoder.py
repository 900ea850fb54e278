"""A tiny random sentence transformer for tests: it knows nothing, but loads, embeds and learns like a real one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def make_encoder(folder: Path, words: Iterable[str], *, reads: int = 64, seed: int = 1) -> Path:
    """Save a two-layer BERT (width 64) of whole words with mean pooling, in sentence-transformers' own format.

    Args:
        folder: Where to.
        words: Texts whose words it knows; others are unknown tokens.
        reads: Tokens that it reads of a text.
        seed: Of its weights.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    split = pre_tokenizers.BertPreTokenizer()
    known = sorted({word for text in words for word, _ in split.pre_tokenize_str(text.lower())})
    vocabulary = {word: number for number, word in enumerate([*special, *known])}
    raw = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    raw.normalizer, raw.pre_tokenizer = normalizers.Lowercase(), split
    raw.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    torch.manual_seed(seed)
    bert = folder / "bert"
    model = BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=max(reads, 512),
            initializer_range=0.2,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )
    # What stands where is the same in all texts; untrained, it would drown what they say.
    with torch.no_grad():
        model.embeddings.position_embeddings.weight.mul_(0.1)
    model.save_pretrained(bert)
    tokenizer.save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=reads)
    made = folder / "encoder"
    SentenceTransformer(modules=[transformer, Pooling(64, "mean")], device="cpu").save_pretrained(
        str(made), create_model_card=False
    )
    return made
