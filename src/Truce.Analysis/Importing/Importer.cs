using System.Collections.Immutable;
using System.Xml.Linq;
using Truce.Analysis.Findings;
using Truce.Analysis.Findings.Rules;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Analysis.Importing;

/// <summary>
/// Reads a Pacemaker cluster's CIB to take its configuration over, and accounts for all of it. Three
/// sources, each before the next: what reading and the rules of <c>truce check</c> find, what only matters
/// when a cluster moves (<see cref="MovingNotes"/>, <see cref="StatusNotes"/>), and a comparison of the
/// document with what was loaded of it (<see cref="Correspondence"/>), which finds the rest. Pure.
/// </summary>
public static class Importer
{
    private const string StructureId = "structure-taken-over";
    private const string TakenOverId = "taken-over";

    // Each finding must be answered for, so none may be left out for being one of many.
    private const int FindingsMax = 100_000;
    private static readonly CibLimits s_limits = new() { MaxFindings = FindingsMax };

    private static readonly string[] s_objectParents =
        ["nodes", "resources", "constraints", "tags", "fencing-topology", "acls", "alerts"];

    private static readonly string[] s_optionSections = ["crm_config", "rsc_defaults", "op_defaults"];

    private static readonly string[] s_resources =
        ["primitive", "group", "clone", "master", "bundle", "template"];

    /// <summary>Reports on a document; <paramref name="file"/> names it.</summary>
    public static ImportReport Read(string xml, string file, PlanMaker planner, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(xml);
        ArgumentNullException.ThrowIfNull(planner);
        CibReadResult read = CibReader.Parse(xml, file, s_limits);
        return read is CibReadResult.Accepted accepted && SourceDocument.Load(xml) is { } document
            ? Report(accepted, document, xml, file, planner, now)
            : Refusal(read.Findings, SourceDocument.Load(xml), file);
    }

    private static ImportReport Report(CibReadResult.Accepted accepted, SourceDocument document, string xml,
        string file, PlanMaker planner, DateTimeOffset now)
    {
        RuleInput input = new(accepted.Cib) { FindingsPerKindMax = FindingsMax };
        Judgement judged = Judge.Look(input, xml, file, accepted.Findings);
        Ledger ledger = new();
        foreach (Finding finding in judged.Findings.Concat(judged.Silenced.Select(s => s.Finding))
            .Where(FindingWords.ConcernsImport).OrderByDescending(f => f.Severity))
            Tell(ledger, document, finding);
        foreach (MovingNote note in MovingNotes.Of(input).Concat(StatusNotes.Of(accepted.Cib.Status)))
            Tell(ledger, document, note);
        string written = CibWriter.WriteConfiguration(
            accepted.Cib.Configuration, accepted.Cib.Header.ValidateWith);
        Compare(ledger, document.Root, XElement.Parse(written));
        TakeOverTheRest(ledger, document.Root);
        TakeoverPlan plan = judged.Findings.Any(f => f.Id == Expansion.Id)
            ? TakeoverOnPaper.None("the configuration is too large to be planned")
            : TakeoverOnPaper.Of(accepted.Cib, planner, now);
        return new ImportReport(file, ledger.Lines(), written, plan);
    }

    // Of a document that is refused nothing is taken over: one line answers for all of it.
    private static ImportReport Refusal(
        EquatableArray<Finding> findings, SourceDocument? document, string file)
    {
        ImportLine[] lines =
        [
            .. findings.OrderBy(f => f.Line).ThenBy(f => f.Column).Select(f => new ImportLine(
                f.Severity == Severity.Error ? ImportVerdict.Unsupported : ImportVerdict.Different,
                f.Id, f.Line, f.Column, f.Element, f.Message, f.Remedy)),
        ];
        Ledger ledger = new();
        if (document is not null)
        {
            ledger.OwnTree(ledger.Open(ImportVerdict.Unsupported, "refused", document.Root,
                "nothing is taken over while one of these errors is there", "correct them, and import again"),
                document.Root);
        }

        return new ImportReport(file,
            [.. lines.Concat(ledger.Lines()).OrderBy(l => l.Verdict)], null,
            TakeoverOnPaper.None("the document can't be read"));
    }

    // What Truce refuses, it refuses whole; a difference is one of the part where it was found.
    private static void Tell(Ledger ledger, SourceDocument document, Finding finding)
    {
        XObject about = document.Find(finding);
        XElement element = SourceDocument.ElementOf(about);
        bool refused = finding.Severity == Severity.Error;
        Ledger.Entry entry = ledger.Open(
            refused ? ImportVerdict.Unsupported : ImportVerdict.Different, finding.Id, about,
            FindingWords.Of(finding, element), finding.Remedy);
        if (refused)
            ledger.OwnTree(entry, element);
        else
            OwnPart(ledger, entry, about);
    }

    private static void Tell(Ledger ledger, SourceDocument document, MovingNote note)
    {
        XObject about = document.Find(note.Where.Element, note.Where.Id) ?? document.Root;
        OwnPart(ledger,
            ledger.Open(ImportVerdict.Different, note.Id, about, note.Message, note.Remedy), about);
    }

    // A leaf as a whole; of what holds others only the element.
    private static void OwnPart(Ledger ledger, Ledger.Entry entry, XObject about)
    {
        if (about is XElement { HasElements: false } leaf)
            ledger.OwnWhole(entry, leaf);
        else
            ledger.Own(entry, about);
    }

    private static void Compare(Ledger ledger, XElement root, XElement loaded)
    {
        Correspondence correspondence = new(ledger, loaded);
        if (root.Name.LocalName == "configuration")
        {
            correspondence.Compare(root);
            return;
        }

        if (root.HasAttributes)
        {
            Ledger.Entry header = ledger.Open(ImportVerdict.Different, "header", root,
                "Pacemaker's versions, times and names of who wrote it aren't taken over; "
                    + "Truce counts its own", "nothing");
            foreach (XAttribute attribute in root.Attributes())
                ledger.Own(header, attribute);
        }

        if (root.Element("configuration") is { } configuration)
            correspondence.Compare(configuration);
        if (root.Element("status") is { HasElements: true } status)
        {
            ledger.OwnTree(ledger.Open(ImportVerdict.Different, "status", status,
                "the status isn't taken over: Truce probes what runs where; results of operations, "
                    + "fail counts and attributes that agents set begin anew", "nothing"), status);
        }
    }

    // What nothing else answers for is as it was: the comparison has looked at each part.
    private static void TakeOverTheRest(Ledger ledger, XElement root)
    {
        Dictionary<XElement, Ledger.Entry> objects = [];
        foreach (XElement element in root.DescendantsAndSelf())
        {
            if (ledger.OwnerOf(element) is null)
                ledger.Own(EntryOf(ledger, objects, element), element);
            foreach (XAttribute attribute in element.Attributes())
            {
                if (ledger.OwnerOf(attribute) is null)
                    ledger.Own(EntryOf(ledger, objects, element), attribute);
            }
        }
    }

    private static Ledger.Entry EntryOf(
        Ledger ledger, Dictionary<XElement, Ledger.Entry> objects, XElement part)
    {
        XElement? thing = part.AncestorsAndSelf().FirstOrDefault(IsObject);
        XElement about = thing ?? part.AncestorsAndSelf().Last();
        if (!objects.TryGetValue(about, out Ledger.Entry? entry))
        {
            (string id, string message) = thing is null
                ? (StructureId, "taken over: sections and sets") : (TakenOverId, Words(ledger, about));
            objects.Add(about, entry = ledger.Open(ImportVerdict.TakenOver, id, about, message, ""));
        }

        return entry;
    }

    private static bool IsObject(XElement element) =>
        s_resources.Contains(element.Name.LocalName)
        || (element.Parent is { } parent && s_objectParents.Contains(parent.Name.LocalName))
        || (element.Name.LocalName == "nvpair"
            && element.Ancestors().Any(a => s_optionSections.Contains(a.Name.LocalName)));

    private static string Words(Ledger ledger, XElement thing)
    {
        bool inPart = thing.DescendantsAndSelf().Any(e => ToldElsewhere(ledger, e)
            || e.Attributes().Any(a => ToldElsewhere(ledger, a)));
        string what = inPart ? "taken over, except what other lines say differs" : "taken over";
        if (thing.Name.LocalName != "nvpair" || thing.Attribute("name")?.Value is not { } name)
            return what;
        string newest = OptionCatalogue.NewestName(name);
        return newest == name ? $"{name} is {what}"
            : $"{name} is {what}; Pacemaker 3.0.2 calls it {newest}, and both names work";
    }

    private static bool ToldElsewhere(Ledger ledger, XObject item) =>
        ledger.OwnerOf(item) is { Line.Verdict: not ImportVerdict.TakenOver };
}
