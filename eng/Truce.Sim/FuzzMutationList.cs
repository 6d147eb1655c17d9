namespace Truce.Sim;

/// <summary>Defects in what reads others' bytes, each of which the fuzzer's target of that name must
/// find.</summary>
internal static class FuzzMutationList
{
    public static IReadOnlyList<Mutation> All { get; } =
    [
        // The CIB reader, and what stands on what it accepts.
        new("malformed-xml-escapes", "cib",
            ("Truce.Model/Xml/CibReader.cs", "            XmlFailure.Report(e, beginning, limits, log);",
                "            if (MUTANT) throw;\n            XmlFailure.Report(e, beginning, limits, log);")),
        new("bytes-of-no-encoding-escape", "encodings",
            ("Truce.Model/Xml/XmlText.cs", "        catch (DecoderFallbackException e)",
                "        catch (DecoderFallbackException e) when (!MUTANT)")),

        // Messages of all kinds.
        new("unknown-kinds-escape", "calls",
            ("Truce.Contracts/Json/JsonMessages.cs", "when (e is JsonException or NotSupportedException)",
                "when (e is JsonException || (!MUTANT && e is NotSupportedException))")),
        new("bad-records-escape", "stored",
            ("Truce.Runtime/Controller/StoreMapping.cs",
                "InvariantException Unreadable(StoreRecord record, string error) =>\n",
                "InvariantException Unreadable(StoreRecord record, string error) =>\n"
                + "        MUTANT ? throw new FormatException(error) :\n")),

        // Frames.
        new("negative-texts", "engine-local",
            ("Truce.Engine.Local/Wire/FrameReader.cs", "if (length is < 0 or > TextBytesMax)",
                "if (!MUTANT && length is < 0 or > TextBytesMax)")),
        new("short-parts", "engine-corosync",
            ("Truce.Engine.Corosync/MessageParts.cs", "=> part.Length < Bytes || part[0] != Version",
                "=> (part.Length < Bytes && !MUTANT) || part[0] != Version")),
        new("messages-of-any-length", "links",
            ("Truce.Daemon/Links/LinkFrames.cs", "if (length is < 0 or > MessageBytesMax)",
                "if (!MUTANT && length is < 0 or > MessageBytesMax)")),

        // Texts.
        new("impossible-values-escape", "truce.conf",
            ("Truce.Daemon/Configuration/ConfigurationFile.cs", "        catch (FormatException e)\n",
                "        catch (FormatException e) when (!MUTANT)\n")),
        new("times-without-end", "metadata",
            ("Truce.Agents/Describing/AgentMetadata.cs", "unit * number <= LongestSeconds",
                "(MUTANT || unit * number <= LongestSeconds)")),
        new("secrets-show-where-output-is-cut", "agent-output",
            ("Truce.Agents/Running/SecretText.cs", "        string whole = text.TrimEnd(Replacement);",
                "        if (MUTANT) return text;\n        string whole = text.TrimEnd(Replacement);")),
        new("paths-that-are-none-escape", "tools",
            ("Truce.Runtime/Tools/CibTool.cs", "when (e is XPathException or InvalidOperationException)",
                "when ((!MUTANT && e is XPathException) || e is InvalidOperationException)")),
    ];
}
