using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Truce.Engine.Tests")]
[assembly: InternalsVisibleTo("Truce.Fuzz")]
