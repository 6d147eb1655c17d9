using System.Xml.Linq;
using System.Xml.XPath;
using Truce.Control;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Runtime.Tools;

/// <summary>cibadmin: queries only; agents change nothing by it.</summary>
internal static class CibTool
{
    private const string Options = "Q,query x,xpath= A,xpath-old= o,scope= obj_type= l,local V,verbose n,no-children h,host= f,force";

    /// <summary>cibadmin.</summary>
    public static ToolOutcome Run(ToolCall call, ToolContext context)
    {
        ToolOptions options = ToolOptions.Read(call.Arguments, Options);
        if (options.Problem is { } problem)
            return AgentTools.Usage(call, problem);
        if (!options.Has("query"))
            return ToolOutcome.Fail(ToolCodes.NotImplemented, "cibadmin: only queries are supported here; do: use truce config apply");
        XDocument document = XDocument.Parse(CibWriter.Write(SecretNames.Masked(PlanningCib.Compose(context.State))));
        string? path = options["xpath", "xpath-old"] ?? (options["scope", "obj_type"] is { } scope ? Section(scope) : null);
        if (path is null)
            return ToolOutcome.Say(document.Root!.ToString());
        XElement[] found;
        try
        {
            found = [.. document.XPathSelectElements(path)];
        }
        catch (Exception e) when (e is XPathException or InvalidOperationException)
        {
            return AgentTools.Usage(call, $"{path} is not a valid path: {e.Message}");
        }

        return found.Length switch
        {
            0 => ToolOutcome.Fail(ToolCodes.NoSuchThing, "Call failed: No such device or address"),
            1 => ToolOutcome.Say(found[0].ToString()),
            _ => ToolOutcome.Say(new XElement("xpath-query", found.Cast<object>().ToArray()).ToString()),
        };
    }

    private static string Section(string scope) => scope == "status" ? "/cib/status" : $"/cib/configuration/{scope}";
}
