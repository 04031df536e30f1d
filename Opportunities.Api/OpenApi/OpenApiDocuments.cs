using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.OutputCaching;
using Opportunities.Api.Input;
using Opportunities.Api.Caching;
using Scalar.AspNetCore;

namespace Opportunities.Api.OpenApi;

/// <summary>The OpenAPI 3.1 document at <c>/openapi/v1.json</c>, and the page at <c>/docs</c> that shows it.</summary>
internal static class OpenApiDocuments
{
    private const string Scheme = "bearer";

    /// <summary>Tells assistive technology what the page's editors and lists of choices are, which the page leaves nameless.</summary>
    private const string NameControls =
        """
        <script>
          new MutationObserver(() => {
            document.querySelectorAll('.cm-content:not([aria-label])')
              .forEach(editor => editor.setAttribute('aria-label', `Body as ${editor.dataset.language ?? 'text'}`));
            document.querySelectorAll('button[aria-haspopup=menu]:not([aria-label])')
              .forEach(button => button.textContent.trim() || button.setAttribute('aria-label', 'Choose values'));
          }).observe(document, { childList: true, subtree: true });
        </script>
        """;

    public static void AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(DescribeDocument);
        options.AddOperationTransformer(DescribeOperation);
        options.AddSchemaTransformer(ResponseSchemas.Describe);
    });

    /// <summary>Maps document and page; open in development, elsewhere only where <c>Docs:Enabled</c> says so.</summary>
    public static void MapOpenApiDocument(this WebApplication app)
    {
        if (!app.Configuration.GetValue("Docs:Enabled", app.Environment.IsDevelopment())) return;
        app.MapOpenApi("/openapi/v1.json").AllowAnonymous().CacheOutput(KeepBuild);
        app.MapScalarApiReference("/docs", scalar => scalar
                .WithTitle("Opportunity Management Service")
                .WithOpenApiRoutePattern("/openapi/{documentName}.json")
                .AddPreferredSecuritySchemes(Scheme)
                .DisableDefaultFonts()
                .AddHeadContent(NameControls)
                // Nothing that sends the document, or what is typed into the page, to somebody else's service.
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideDeveloperTools())
            .AllowAnonymous()
            .CacheOutput(static policy => KeepBuild(policy.With(static context => context.HttpContext.Request.Path == "/docs/")))
            // The page is made of its own scripts and styles, some of them inline.
            .AddEndpointFilter(static (context, next) =>
            {
                var headers = context.HttpContext.Response.Headers;
                headers.ContentSecurityPolicy =
                    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                    + "font-src 'self' data:; connect-src 'self' http://127.0.0.1:* http://localhost:*; base-uri 'none'; form-action "
                    + "'none'; frame-ancestors 'none'";
                // A process of its own in the browser, which holds nothing of other origins, and no device.
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Cross-Origin-Embedder-Policy"] = "require-corp";
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
                return next(context);
            });
    }

    // The same for everybody for as long as this build runs: parameters make no other answer, and no other entry.
    private static void KeepBuild(OutputCachePolicyBuilder policy) => policy
        .With(static context => context.HttpContext.RequestServices.GetRequiredService<CacheConnection>().IsUsable)
        .SetCacheKeyPrefix($"{typeof(OpenApiDocuments).Module.ModuleVersionId}")
        .SetVaryByHost(false)
        .SetVaryByQuery([])
        .Expire(TimeSpan.FromMinutes(10));

    private static Task DescribeDocument(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Opportunity Management Service",
            Version = "v1",
            Description = "Sales people and other systems register customer opportunities, describe the need, move them through their "
                + "life, and find them again. A parameter or member that is not described here is refused.",
            Contact = new OpenApiContact { Name = "Opportunity Management Service", Url = new Uri("https://api.example.com/docs") },
            License = new OpenApiLicense { Name = "Proprietary", Identifier = "LicenseRef-Proprietary" },
        };
        document.Servers =
        [
            new OpenApiServer
            {
                Url = "/",
                Description = "The environment that this document was read from: local, development, staging or production.",
                Extensions = new Dictionary<string, IOpenApiExtension> { ["x-internal"] = new JsonNodeExtension(false) },
            },
        ];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Scheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "An access token of the configured issuer: POST /oauth2/token there with grant_type=client_credentials. "
                    + "It is checked as RFC8725 asks: asymmetric signatures only, issuer, audience, times and token type.",
            },
        };
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Opportunities", Description = "The opportunities, their life and their history." },
            new() { Name = "Changes", Description = "What happens to the opportunities, to be followed." },
            new() { Name = "Requirements", Description = "What an opportunity needs: problems, skills and dates." },
            new() { Name = "Attachments", Description = "The files of an opportunity." },
            new() { Name = "Health", Description = "Whether the service can serve." },
        };
        foreach (var shape in context.DescriptionGroups.SelectMany(group => group.Items)
            .SelectMany(item => item.ActionDescriptor.EndpointMetadata.OfType<IShape>()))
        {
            document.AddComponent(shape.Name, shape.Describe(document));
        }

        SharedResponses.Describe(document);
        return Task.CompletedTask;
    }

    private static Task DescribeOperation(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        // An empty list says that none is needed.
        operation.Security = [];
        if (metadata.OfType<IAuthorizeData>().Any())
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>()
            .Where(parameter => parameter.In == ParameterLocation.Path) ?? [])
        {
            IMember member = parameter.Name switch
            {
                "source" => ExternalIdMember.Source,
                "external_id" => ExternalIdMember.Id,
                var id => new IdMember(id!),
            };
            parameter.Description = member is IdMember ? "An id that the service made." : "What another system calls it.";
            parameter.Schema = member.Describe(context.Document!);
        }

        foreach (var parameter in metadata.OfType<ReadsQuery>().SelectMany(query => query.Parameters))
            Add(operation, Describe(parameter, context.Document!));
        foreach (var header in metadata.OfType<RequestHeader>())
        {
            Add(operation, new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
            });
        }

        if (metadata.OfType<IShape>().SingleOrDefault() is { } body)
        {
            operation.RequestBody = Body(
                body.Description, "application/json", new() { Schema = new OpenApiSchemaReference(body.Name, context.Document) });
        }

        if (metadata.OfType<CsvDescription>().SingleOrDefault() is { } csv)
            operation.RequestBody = Body(csv.Description, CsvDescription.MediaType, csv.Describe());
        foreach (var status in metadata.OfType<CsvAnswers>().SelectMany(answers => answers.StatusCodes))
        {
            operation.Responses![$"{status}"].Content![CsvDescription.MediaType] =
                new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = CsvAnswers.MaxLength } };
        }

        SharedResponses.Use(
            operation,
            [.. metadata.OfType<RequestHeader>().Select(header => header.AnswerHeader)],
            isLimited: context.Description.RelativePath!.StartsWith("api/", StringComparison.Ordinal),
            context.Document!);
        return Task.CompletedTask;
    }

    private static OpenApiParameter Describe(AskedMember parameter, OpenApiDocument document) => new()
    {
        Name = parameter.Member.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Explode = parameter.IsRepeatable,
        Style = ParameterStyle.Form,
        Schema = parameter.IsRepeatable
            ? new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = parameter.Member.Describe(document),
                MaxItems = QueryInput.MaxValues,
            }
            : parameter.Member.Describe(document),
    };

    private static OpenApiRequestBody Body(string description, string mediaType, OpenApiMediaType content) => new()
    {
        Required = true,
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType> { [mediaType] = content },
    };

    private static void Add(OpenApiOperation operation, OpenApiParameter parameter) => (operation.Parameters ??= []).Add(parameter);
}
