# What callers reach: API Gateway's HTTP API, or a function URL.

# --- in front of it: the HTTP API ---

resource "aws_apigatewayv2_api" "patrols" {
  count = local.has_api ? 1 : 0

  name          = var.name
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "patrols" {
  count = local.has_api ? 1 : 0

  api_id                 = aws_apigatewayv2_api.patrols[0].id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.patrols.invoke_arn
  payload_format_version = "2.0"
}

# One route for everything: the service has its own router, its own 404 and 405, and checks tokens itself.
resource "aws_apigatewayv2_route" "default" {
  count = local.has_api ? 1 : 0

  api_id    = aws_apigatewayv2_api.patrols[0].id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.patrols[0].id}"
}

# The stage must be $default as well: any other's name would stand before every path.
resource "aws_apigatewayv2_stage" "default" {
  count = local.has_api ? 1 : 0

  api_id      = aws_apigatewayv2_api.patrols[0].id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.throttle.rate
    throttling_burst_limit = var.throttle.burst
  }
}

resource "aws_lambda_permission" "api" {
  count = local.has_api ? 1 : 0

  statement_id  = "HttpApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.patrols.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.patrols[0].execution_arn}/*"
}

# --- or a function URL ---

resource "aws_lambda_function_url" "patrols" {
  count = local.has_api ? 0 : 1

  function_name = aws_lambda_function.patrols.function_name
  # As behind the API: who calls is the service's own question, answered by token.
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "url" {
  count = local.has_api ? 0 : 1

  statement_id           = "FunctionUrl"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.patrols.function_name
  principal              = "*"
  function_url_auth_type = aws_lambda_function_url.patrols[0].authorization_type
}

# Since October 2025 a URL wants this permission too; the condition leaves it to calls through the URL, so that no AWS
# principal may send events past it. Version 5 of the provider cannot say the condition (6.28 can:
# invoked_via_function_url), and AWS refuses function_url_auth_type for this action; CloudFormation can.
resource "aws_cloudformation_stack" "function_behind_url" {
  count = local.has_api ? 0 : 1

  # A stack's name has no underscores; a function's may.
  name = "${replace(var.name, "_", "-")}-function-behind-url"
  template_body = jsonencode({
    Description = "The permission that the function URL of ${var.name} wants"
    Resources = {
      FunctionBehindUrl = {
        Type = "AWS::Lambda::Permission"
        Properties = {
          Action                = "lambda:InvokeFunction"
          FunctionName          = aws_lambda_function.patrols.function_name
          Principal             = "*"
          InvokedViaFunctionUrl = true
        }
      }
    }
  })
}
